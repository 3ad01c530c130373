import { beforeEach, describe, expect, test } from 'vitest';
import { createRecordOutcome } from '../../../src/activities/record-outcome.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { keptAddressKey } from '../../../src/domain/kept-address.ts';
import { archivedKey, jobFolder, type JobOutcome } from '../../../src/domain/retention.ts';
import { fetchable, wholeAddress } from '../../../src/ports/kept-addresses.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';
import { MemoryDownloads } from '../../support/memory-downloads.ts';
import { runActivity } from '../../support/run-activity.ts';
import { testFolder } from '../../support/test-folder.ts';

const SECRET = '5ec2e7';
const SHOWN = 'https://example.org/talk.mp3';
const SIGNED = `${SHOWN}?X-Amz-Signature=${SECRET}`;

let store: LocalArtifactStore;
let downloads: MemoryDownloads;
let api: TestApi;

beforeEach(() => {
  store = new LocalArtifactStore(testFolder());
  downloads = new MemoryDownloads();
  api = createTestApi({ store, downloads });
});

const textAt = async (key: string): Promise<string | undefined> => {
  const found = await store.readCurrent(key);
  return found && Buffer.from(found.content).toString('utf8');
};
const keysBelow = async (prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
};
const post = async (path: string, body: object, headers?: Record<string, string>) => {
  const answer = await api.send('POST', path, body, headers);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
/** Everything that is known of a job outside of the store. */
const known = async (id: string): Promise<string> =>
  JSON.stringify([api.jobs.startOf(id), await api.repositories.catalogue.find(id)]);
const ownerOf = (id: string): string => api.jobs.startOf(id).input.userId;
const keyOf = (id: string): string => keptAddressKey(ownerOf(id), id);

/** Ends a job as its workflow would. */
async function end(id: string, status: 'completed' | 'failed'): Promise<void> {
  const outcome: JobOutcome = {
    ...{ status, stage: 'publish', title: null, durationSeconds: null, error: null, notices: [] },
    ...{ startedAt: '2026-11-22T12:00:00Z', endedAt: '2026-11-22T12:01:00Z' },
  };
  const recordOutcome = createRecordOutcome({ store });
  await runActivity(() => recordOutcome({ jobId: id, userId: ownerOf(id), source: null, outcome }));
  api.jobs.set(id, status);
}

describe('the signed link of a job', () => {
  test('is shown to Temporal and the catalogue without its signature, and kept below the job', async () => {
    const id = await submitted(api, { url: SIGNED });
    expect(api.jobs.startOf(id).input['source']).toEqual({ kind: 'url', url: SHOWN, keptAt: keyOf(id) });
    expect(await known(id)).not.toContain(SECRET);
    expect(await keysBelow('jobs')).toEqual([`jobs/${ownerOf(id)}/${id}/address`]);
    expect(await textAt(keyOf(id))).toBe(SIGNED);
  });

  test('is found in the archive, too, once the job is completed', async () => {
    const id = await submitted(api, { url: SIGNED });
    await end(id, 'completed');
    expect(await keysBelow('jobs')).toEqual([]);
    expect(await textAt(archivedKey(keyOf(id)))).toBe(SIGNED);
    const source = { kind: 'url', url: SHOWN, keptAt: keyOf(id) } as const;
    expect(await fetchable(store, source)).toEqual({ kind: 'url', url: SIGNED });
  });

  test('stays a part of what makes two jobs equal', async () => {
    const id = await submitted(api, { url: SIGNED });
    const again = await post('/api/jobs', { url: SIGNED, attach: true });
    expect(again).toMatchObject({ status: 200, body: { id } });
    const other = await post('/api/jobs', { url: `${SHOWN}?X-Amz-Signature=other`, attach: true });
    expect(other.status).toBe(202);
  });

  test('is kept once for a request that is repeated, also after the job has ended', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await post('/api/jobs', { url: SIGNED }, headers);
    const id = String(first.body['id']);
    await end(id, 'completed');
    const second = await post('/api/jobs', { url: SIGNED }, headers);
    expect(second.body['id']).toBe(id);
    expect(await keysBelow('jobs')).toEqual([]);
  });

  test('is not kept where the job is refused', async () => {
    await post('/api/admin/stop', { reason: 'repair' });
    expect(await post('/api/jobs', { url: SIGNED })).toMatchObject({ body: { code: 'EmergencyStop' } });
    expect(await keysBelow('jobs')).toEqual([]);
  });

  test('is left to retention where the job is cancelled before its start', async () => {
    api.jobs.reachable = false;
    const { body } = await post('/api/jobs', { url: SIGNED });
    const id = String(body['id']);
    expect((await post(`/api/jobs/${id}/cancel`, {})).status).toBe(200);
    const row = await api.repositories.catalogue.find(id);
    const folder = jobFolder(row?.userId ?? '', id);
    expect(await keysBelow('jobs')).toEqual([`${folder}/address`, `${folder}/status.json`]);
    expect(JSON.parse((await textAt(`${folder}/status.json`)) ?? '')).toMatchObject({
      ...{ jobId: id, status: 'cancelled', startedAt: null },
    });
  });
});

describe('a job with a signed link that is done again', () => {
  test('goes by the link that is kept', async () => {
    const id = await submitted(api, { url: SIGNED });
    await end(id, 'completed');
    expect((await post(`/api/jobs/${id}/redo`, { from: 'acquire' })).status).toBe(200);
    expect(await known(id)).not.toContain(SECRET);
    expect(await wholeAddress(store, { url: SHOWN, keptAt: keyOf(id) })).toBe(SIGNED);
  });

  test('is refused once retention has removed the link', async () => {
    const id = await submitted(api, { url: SIGNED });
    await end(id, 'completed');
    await store.removeAll('archive');
    expect(await post(`/api/jobs/${id}/redo`, { from: 'acquire' })).toMatchObject({
      ...{ status: 410, body: { code: 'AddressExpired' } },
    });
    expect((await api.jobs.describe(id)).status).toBe('completed');
  });
});

describe('signed links of others', () => {
  const clips = [SIGNED, `https://example.org/two.mp4?token=${SECRET}`];
  const locator = (id: string, url: string, index: number) => ({
    locator: { kind: 'url', url, keptAt: keptAddressKey(ownerOf(id), id, index) },
  });

  test('clips of a reel are kept below the reel, one by one', async () => {
    const { body } = await post('/api/reels', { clipPaths: clips });
    const id = String(body['id']);
    expect(await known(id)).not.toContain(SECRET);
    expect(api.jobs.startOf(id).input['clips']).toMatchObject([
      locator(id, SHOWN, 0),
      locator(id, 'https://example.org/two.mp4', 1),
    ]);
    const kept = [0, 1].map((index) => textAt(keptAddressKey(ownerOf(id), id, index)));
    expect(await Promise.all(kept)).toEqual(clips);
  });

  test('a reel of the video of a job has a copy of its own, for as long as the job has one', async () => {
    const jobId = await submitted(api, { url: SIGNED });
    await end(jobId, 'completed');
    const clipPaths = [`${jobId}#t=1,2`, `${jobId}#t=3,4`];
    const { body } = await post('/api/reels', { clipPaths });
    const id = String(body['id']);
    expect(api.jobs.startOf(id).input['clips']).toMatchObject([locator(id, SHOWN, 0), locator(id, SHOWN, 1)]);
    expect(await textAt(keptAddressKey(ownerOf(id), id, 1))).toBe(SIGNED);
    await store.removeAll('archive');
    expect((await post('/api/reels', { clipPaths })).body['code']).toBe('AddressExpired');
  });

  test("reach the download worker of the job's own user whole", async () => {
    const { body } = await post('/api/admin/tokens', { email: 'ada@example.org', tier: 'researcher' });
    const [userId, token] = [String(body['userId']), String(body['token'])];
    const keptAt = keptAddressKey(userId, 'job_1');
    await store.put(keptAt, SIGNED);
    const step = (activity: string, input: object) => ({
      userId,
      step: { token: Buffer.from('token of Temporal'), activity, attempt: 1, input },
    });
    const next = () =>
      api.send(
        'POST',
        '/api/download-tasks/next',
        { worker: '1@laptop' },
        { authorization: `Bearer ${token}` },
      );
    const steps = [
      step('downloadAudio', { jobId: 'job_1', source: { kind: 'url', url: SHOWN, keptAt } }),
      step('downloadPlaylist', { batchId: 'batch_1', url: SHOWN, keptAt }),
    ];
    for (const waiting of steps) {
      downloads.waiting.push(waiting);
      expect(await (await next()).json()).toMatchObject({ url: SIGNED });
    }
    await store.remove([keptAt]);
    downloads.waiting.push(steps[0] as (typeof steps)[number]);
    expect((await next()).status).toBe(204);
    expect(downloads.ends.map(({ end: ended }) => ended)).toMatchObject([
      { failure: { type: 'AddressExpired', nonRetryable: true } },
    ]);
  });
});
