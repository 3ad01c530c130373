import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import type { QueuedStep } from '../../../src/api/downloads/download-queue.ts';
import type { DownloadTask } from '../../../src/domain/download-task.ts';
import { videoMetadataSchema, type VideoMetadata } from '../../../src/domain/media.ts';
import { uploadKeys } from '../../../src/domain/upload.ts';
import { createTestApi, type TestApi } from '../../support/api.ts';
import { MemoryDownloads } from '../../support/memory-downloads.ts';
import { testFolder } from '../../support/test-folder.ts';

const METADATA: VideoMetadata = {
  ...{ id: 'x', title: 'A talk', url: 'https://example.org/talk', channel: null, durationSeconds: 60 },
  ...{ language: null, uploadedAt: null, chapters: [], thumbnailUrl: null, isLive: false },
  ...{ fingerprint: 'site x 60', ageLimit: null },
};
const AUDIO = 'the sound of a talk';

interface Fixture {
  api: TestApi;
  downloads: MemoryDownloads;
  store: LocalArtifactStore;
  userId: string;
  send: (path: string, body: object) => Promise<Response>;
  usage: () => Promise<object>;
  sendAsOther: (path: string, body: object) => Promise<Response>;
}

async function fixture(): Promise<Fixture> {
  const downloads = new MemoryDownloads();
  const store = new LocalArtifactStore(testFolder());
  const api = createTestApi({ downloads, store });
  const userOf = async (email: string) => {
    const answer = await api.send('POST', '/api/admin/tokens', { email, tier: 'researcher' });
    return (await answer.json()) as { userId: string; token: string };
  };
  const [owner, other] = [await userOf('owner@example.org'), await userOf('other@example.org')];
  const sendWith =
    ({ token }: { token: string }) =>
    (path: string, body: object) =>
      api.send('POST', path, body, { authorization: `Bearer ${token}` });
  return {
    ...{ api, downloads, store, userId: owner.userId },
    ...{ send: sendWith(owner), sendAsOther: sendWith(other) },
    usage: async () => {
      const answer = await api.send('GET', '/api/usage', undefined, {
        authorization: `Bearer ${owner.token}`,
      });
      return (await answer.json()) as object;
    },
  };
}

const step = (activity: string, input: object = {}): QueuedStep => ({
  token: Buffer.from('token of Temporal'),
  activity,
  input: { jobId: 'job_1', source: { kind: 'url', url: 'https://example.org/talk' }, ...input },
  attempt: 2,
});

/** A step that waits, handed out. */
async function taken({ downloads, userId, send }: Fixture, waiting: QueuedStep): Promise<DownloadTask> {
  downloads.waiting.push({ userId, step: waiting });
  const answer = await send('/api/download-tasks/next', { worker: '1@laptop' });
  expect(answer.status).toBe(200);
  return (await answer.json()) as DownloadTask;
}

const end = ({ send }: Fixture, { taskToken }: DownloadTask, result: object): Promise<Response> =>
  send('/api/download-tasks/end', { taskToken, result });

describe('download tasks', () => {
  test('are handed out to their own user only, and name what is wanted', async () => {
    const service = await fixture();
    service.downloads.waiting.push({ userId: service.userId, step: step('downloadAudio') });
    const others = await service.sendAsOther('/api/download-tasks/next', { worker: '1@laptop' });
    expect(others.status).toBe(204);
    const task = (await (
      await service.send('/api/download-tasks/next', { worker: '1@laptop' })
    ).json()) as DownloadTask;
    expect(task).toMatchObject({
      ...{ kind: 'audio', id: 'job_1', url: 'https://example.org/talk', attempt: 2 },
    });
  });

  test('can be told about by their own user only, and not by a token of one’s own making', async () => {
    const service = await fixture();
    const { taskToken } = await taken(service, step('downloadAudio'));
    const forged = Buffer.from('token of Temporal').toString('base64');
    for (const [send, token] of [
      [service.sendAsOther, taskToken],
      [service.send, forged],
    ] as const) {
      const heartbeat = await send('/api/download-tasks/heartbeat', { taskToken: token, progress: null });
      expect(heartbeat.status).toBe(404);
      const result = { outcome: 'cancelled' };
      expect((await send('/api/download-tasks/end', { taskToken: token, result })).status).toBe(404);
    }
    expect(service.downloads.heartbeats).toEqual([]);
    expect(service.downloads.ends).toEqual([]);
  });

  test('pass the progress on, and say when a job is cancelled', async () => {
    const service = await fixture();
    const { taskToken } = await taken(service, step('downloadAudio'));
    const progress = { receivedBytes: 10, totalBytes: null };
    const beat = async () =>
      (await service.send('/api/download-tasks/heartbeat', { taskToken, progress })).json();
    expect(await beat()).toEqual({ cancelled: false });
    service.downloads.cancelled = true;
    expect(await beat()).toEqual({ cancelled: true });
    expect(service.downloads.heartbeats).toEqual([progress, progress]);
  });

  test('store metadata, whose fingerprint counts among the jobs of that user alone', async () => {
    const service = await fixture();
    const task = await taken(service, step('downloadMetadata'));
    expect((await end(service, task, { outcome: 'metadata', metadata: METADATA })).status).toBe(204);
    const found = await service.store.find(`jobs/${service.userId}/job_1/metadata.json`);
    expect(service.downloads.ends).toMatchObject([
      {
        token: 'token of Temporal',
        end: { result: { title: 'A talk', durationSeconds: 60, metadata: found, measure: { attempt: 2 } } },
      },
    ]);
    if (found === undefined) throw new Error('Nothing was stored.');
    const stored = videoMetadataSchema.parse(
      JSON.parse(Buffer.from(await service.store.read(found)).toString()),
    );
    expect(stored).toEqual({ ...METADATA, fingerprint: expect.any(String) as string });
    expect(stored.fingerprint).toContain(service.userId);
    expect(stored.fingerprint).not.toContain('site x 60');
  });

  test('refuse a video that is longer than the tier of its user allows', async () => {
    const service = await fixture();
    for (const seconds of [59, 60]) {
      const bounded = step('downloadMetadata', { longestVideo: { tier: 'alpha', seconds } });
      const task = await taken(service, bounded);
      await end(service, task, { outcome: 'metadata', metadata: METADATA });
    }
    expect(service.downloads.ends.map(({ end: ended }) => ended)).toMatchObject([
      { failure: { type: 'QuotaExceeded', nonRetryable: true } },
      { result: { durationSeconds: 60 } },
    ]);
  });

  test('refuse a video that is too long or still live, whatever the worker thinks', async () => {
    const service = await fixture();
    for (const change of [{ durationSeconds: 3601 }, { isLive: true }]) {
      const task = await taken(service, step('downloadMetadata'));
      const answer = await end(service, task, { outcome: 'metadata', metadata: { ...METADATA, ...change } });
      expect(answer.status).toBe(204);
    }
    const failures = service.downloads.ends.map(({ end: ended }) =>
      typeof ended === 'object' && 'failure' in ended ? ended.failure : undefined,
    );
    expect(failures.map((failure) => failure?.type)).toEqual(['MediaTooLarge', 'LiveStream']);
    expect(failures.every((failure) => failure?.nonRetryable)).toBe(true);
  });

  test('end with an upload of the same user, which is there', async () => {
    const service = await fixture();
    const task = await taken(service, step('downloadAudio'));
    const upload = async (send: Fixture['send']): Promise<string> =>
      (
        (await (await send('/api/uploads', { fileName: 'sound.flac', bytes: AUDIO.length })).json()) as {
          uploadId: string;
        }
      ).uploadId;
    const foreign = await upload(service.sendAsOther);
    expect((await end(service, task, { outcome: 'audio', uploadId: foreign })).status).toBe(404);
    const uploadId = await upload(service.send);
    expect((await end(service, task, { outcome: 'audio', uploadId })).status).toBe(409);
    const key = uploadKeys(service.userId, uploadId).media;
    await service.store.put(key, AUDIO);
    expect((await end(service, task, { outcome: 'audio', uploadId })).status).toBe(204);
    expect(service.downloads.ends).toMatchObject([
      { end: { result: { source: { kind: 'upload', key, fileName: 'sound.flac' } } } },
    ]);
    // A job has it now.
    expect(await service.usage()).toMatchObject({ unusedUploads: { heldBytes: 0 } });
  });

  test('store a playlist, and take no other kind of result than was asked for', async () => {
    const service = await fixture();
    const input = { batchId: 'batch_1', url: 'https://example.org/list' };
    const task = await taken(service, step('downloadPlaylist', input));
    expect(task).toMatchObject({ kind: 'playlist', id: 'batch_1', url: 'https://example.org/list' });
    expect((await end(service, task, { outcome: 'metadata', metadata: METADATA })).status).toBe(422);
    const playlist = { title: null, entries: [{ url: 'https://example.org/1', title: 'One' }] };
    expect((await end(service, task, { outcome: 'playlist', playlist })).status).toBe(204);
    expect(service.downloads.ends).toMatchObject([{ end: { result: { count: 1 } } }]);
  });

  test.each([
    ['a passing error', { code: 'NetworkFailure', retryAfterSeconds: 7 }, 'NetworkFailure', false],
    ['a final error', { code: 'VideoUnavailable' }, 'VideoUnavailable', true],
    ['a code that is none of ours', { code: 'rm -rf' }, 'InternalError', true],
  ])('fail the step with %s as it deserves', async (_name, failed, type, nonRetryable) => {
    const service = await fixture();
    const task = await taken(service, step('downloadAudio'));
    const answer = await end(service, task, { outcome: 'failed', message: 'It broke.', ...failed });
    expect(answer.status).toBe(204);
    const ended = service.downloads.ends[0]?.end;
    if (typeof ended !== 'object' || !('failure' in ended)) throw new Error('It did not fail.');
    expect(ended.failure).toBeInstanceOf(ApplicationFailure);
    expect([ended.failure.type, ended.failure.nonRetryable]).toEqual([type, nonRetryable]);
  });

  test('go to the next worker when one is stopped, and end when the job was cancelled', async () => {
    const service = await fixture();
    const task = await taken(service, step('downloadAudio'));
    await end(service, task, { outcome: 'handed-back' });
    await end(service, task, { outcome: 'cancelled' });
    expect(service.downloads.ends).toMatchObject([
      { end: { failure: { type: 'WorkerShutdown', nonRetryable: false } } },
      { end: 'cancelled' },
    ]);
  });
});
