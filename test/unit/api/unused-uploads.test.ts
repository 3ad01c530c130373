import { afterEach, describe, expect, test, vi } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { forgetMissingOfAll } from '../../../src/api/uploads/forget-missing.ts';
import { GIB } from '../../../src/domain/gib.ts';
import { uploadKeys } from '../../../src/domain/upload.ts';
import { createTestApi } from '../../support/api.ts';
import { testFolder } from '../../support/test-folder.ts';

afterEach(() => vi.useRealTimers());

/** The API as a user of the tier alpha sees it, whose unused uploads may hold 10 GiB. */
async function alphaUser() {
  const store = new LocalArtifactStore(testFolder());
  const uploads = {
    ...{ maximumBytes: 64 * GIB, receiver: store, scratchFolder: testFolder() },
    signingKey: () => Promise.resolve('a key of these tests'),
  };
  const api = createTestApi({ store, uploads });
  const made = await api.send('POST', '/api/admin/tokens', { email: 'ada@example.org', tier: 'alpha' });
  const { token, userId } = (await made.json()) as { token: string; userId: string };
  const call = async (method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await api.send(method, path, body, { authorization: `Bearer ${token}`, ...headers });
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text || '{}') as Record<string, unknown> };
  };
  return {
    ...{ api, call, store },
    ask: (gib: number, headers = {}) =>
      call('POST', '/api/uploads', { fileName: 'talk.mp4', bytes: gib * GIB }, headers),
    /** As if the file had been sent. */
    arrive: ({ body: { uploadId } }: { body: Record<string, unknown> }) =>
      store.put(uploadKeys(userId, String(uploadId)).media, 'a talk'),
    held: async () => (await call('GET', '/api/usage')).body['unusedUploads'],
  };
}

describe('uploads that no job uses yet', () => {
  test('hold no more than the tier lets them, however many are asked for at once', async () => {
    const { ask, held } = await alphaUser();
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => ask(2)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({
      code: 'QuotaExceeded',
      detail: expect.stringMatching(
        /10\.0 GiB in the alpha tier; 10\.0 GiB are held and 2\.0 GiB more/,
      ) as string,
    });
    expect(await held()).toEqual({ heldBytes: 10 * GIB, limitBytes: 10 * GIB });
  });

  test('count once, however often they are asked for', async () => {
    const { ask, held } = await alphaUser();
    const key = { 'idempotency-key': 'once' };
    for (let time = 1; time <= 3; time += 1) expect((await ask(6, key)).status).toBe(201);
    expect(await held()).toMatchObject({ heldBytes: 6 * GIB });
  });

  test('count until a job or a reel that reads them is accepted, and not again after it', async () => {
    const { call, ask, arrive, held } = await alphaUser();
    const key = { 'idempotency-key': 'once' };
    const upload = await ask(6, key);
    await arrive(upload);
    expect((await ask(6)).status).toBe(429);
    await call('POST', '/api/jobs', { uploadId: upload.body['uploadId'] });
    expect(await held()).toMatchObject({ heldBytes: 0 });
    expect((await ask(6, key)).status).toBe(201);
    expect(await held()).toMatchObject({ heldBytes: 0 });
    const clip = await ask(6);
    await arrive(clip);
    await call('POST', '/api/reels', {
      clipPaths: [clip.body['uploadId'], 'https://example.org/other.mp4'],
    });
    expect((await ask(6)).status).toBe(201);
  });

  test('can be removed by their user, with their files; those of jobs stay', async () => {
    const { api, call, ask, arrive, held, store } = await alphaUser();
    const [unused, used] = [await ask(3), await ask(4)];
    await arrive(unused);
    await arrive(used);
    await call('POST', '/api/jobs', { uploadId: used.body['uploadId'] });
    const remove = (upload: typeof used) =>
      call('DELETE', `/api/uploads/${String(upload.body['uploadId'])}`).then(({ status }) => status);
    expect((await api.send('DELETE', `/api/uploads/${String(unused.body['uploadId'])}`)).status).toBe(404);
    expect(await remove(unused)).toBe(204);
    expect(await remove(unused)).toBe(404);
    expect(await remove(used)).toBe(404);
    expect(await held()).toMatchObject({ heldBytes: 0 });
    const left = [];
    for await (const { key } of store.list('uploads')) left.push(key.split('/').at(-1));
    expect(left).toEqual(['media', 'upload.json']);
  });

  test('count no longer where their file has not come within the hour', async () => {
    const { ask, arrive } = await alphaUser();
    await arrive(await ask(3));
    await ask(6);
    expect((await ask(6)).status).toBe(429);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_700_000 });
    expect((await ask(6)).status).toBe(201);
    expect((await ask(2)).status).toBe(429);
  });

  test('count no longer for anybody once retention has seen that their file did not come in a day, or is gone', async () => {
    const { api, store, ask, arrive, held } = await alphaUser();
    const there = await ask(3);
    await arrive(there);
    await ask(2);
    const gone = await api.send('POST', '/api/uploads', { fileName: 'talk.mp4', bytes: 60 * GIB });
    expect(gone.status).toBe(201);
    const owned = async (): Promise<unknown> =>
      (await (await api.send('GET', '/api/usage')).json()) as unknown;
    const { unusedUploads } = api.repositories;
    const hours = (count: number): Date => new Date(Date.now() + count * 3_600_000);
    await forgetMissingOfAll({ store, unusedUploads }, hours(23));
    expect(await held()).toMatchObject({ heldBytes: 5 * GIB });
    await forgetMissingOfAll({ store, unusedUploads }, hours(25));
    expect(await held()).toMatchObject({ heldBytes: 3 * GIB });
    expect(await owned()).toMatchObject({ unusedUploads: { heldBytes: 0 } });
  });

  test('are not bounded for the owner of the installation', async () => {
    const { api, ask } = await alphaUser();
    const body = { fileName: 'talk.mp4', bytes: 60 * GIB };
    expect((await ask(60)).status).toBe(429);
    expect((await api.send('POST', '/api/uploads', body)).status).toBe(201);
    expect(await (await api.send('GET', '/api/usage')).json()).toMatchObject({
      unusedUploads: { heldBytes: 60 * GIB, limitBytes: null },
    });
  });
});
