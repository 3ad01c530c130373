import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { buildManifest } from '../../../src/domain/manifest.ts';
import type { ArtifactStore } from '../../../src/ports/artifact-store.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';
import { testFolder } from '../../support/test-folder.ts';

const TEXT = 'Good morning, and welcome to the talk.\n';

async function completedJob(
  store: ArtifactStore = new LocalArtifactStore(testFolder()),
): Promise<{ api: TestApi; id: string }> {
  const api = createTestApi({ store });
  const id = await submitted(api);
  const folder = `results/local/${id}`;
  const files = [
    { name: 'transcript.txt', artifact: await store.put(`${folder}/transcript.txt`, TEXT) },
    { name: 'core.json', artifact: await store.put(`${folder}/core.json`, '{}') },
  ];
  const completedAt = '2026-11-22T12:00:00.000Z';
  const manifest = buildManifest({ jobId: id, completedAt, files, stages: [], parameters: {} });
  await store.put(`${folder}/manifest.json`, JSON.stringify(manifest));
  await store.put(`results/local/another/secret.txt`, 'not yours');
  api.jobs.set(id, 'completed');
  return { api, id };
}

describe('results', () => {
  test('are listed with their hashes, the manifest last', async () => {
    const { api, id } = await completedJob();
    const answer = await api.send('GET', `/api/jobs/${id}/artifacts`);
    const { artifacts } = (await answer.json()) as { artifacts: { name: string; sha256: string }[] };
    expect(artifacts.map(({ name }) => name)).toEqual(['core.json', 'transcript.txt', 'manifest.json']);
    expect(artifacts[1]?.sha256).toBe(createHash('sha256').update(TEXT).digest('hex'));
  });

  test('are not there before the job is completed', async () => {
    const { api, id } = await completedJob();
    api.jobs.set(id, 'running');
    const answer = await api.send('GET', `/api/jobs/${id}/artifacts`);
    expect(await answer.json()).toMatchObject({ code: 'JobNotFinished', status: 409 });
  });

  test.each(['failed', 'cancelled', 'needs_attention'] as const)(
    'of the last completed run are still there where a later one is %s',
    async (state) => {
      const { api, id } = await completedJob();
      api.jobs.set(id, state);
      const answer = await api.send('GET', `/api/jobs/${id}/artifacts/transcript.txt`);
      expect([answer.status, await answer.text()]).toEqual([200, TEXT]);
      const never = await submitted(api, { url: 'https://example.org/another' });
      api.jobs.set(never, state);
      const none = await api.send('GET', `/api/jobs/${never}/artifacts`);
      expect(await none.json()).toMatchObject({ code: 'JobNotFinished', status: 409 });
    },
  );

  test('are downloaded as attachments with their types', async () => {
    const { api, id } = await completedJob();
    const answer = await api.send('GET', `/api/jobs/${id}/artifacts/transcript.txt`);
    expect(await answer.text()).toBe(TEXT);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="transcript.txt"');
    expect(answer.headers.get('content-length')).toBe(String(TEXT.length));
    const etag = answer.headers.get('etag') ?? '';
    const path = `/api/jobs/${id}/artifacts/transcript.txt`;
    for (const known of [etag, `"another", ${etag}`, `W/${etag}`])
      expect((await api.send('GET', path, undefined, { 'if-none-match': known })).status).toBe(304);
  });

  test('are told of by HEAD, which leaves no file open', async () => {
    const store = new LocalArtifactStore(testFolder());
    const opened: Readable[] = [];
    const openStream = store.openStream.bind(store);
    store.openStream = async (...parameters) => {
      const stream = await openStream(...parameters);
      opened.push(stream);
      return stream;
    };
    const { api, id } = await completedJob(store);
    const answer = await api.send('HEAD', `/api/jobs/${id}/artifacts/transcript.txt`);
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(TEXT.length)]);
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  test.each([
    ['bytes=0-3', 'Good', 'bytes 0-3/39'],
    ['bytes=5-', TEXT.slice(5), 'bytes 5-38/39'],
    ['bytes=-6', 'talk.\n', 'bytes 33-38/39'],
    ['bytes=30-999', TEXT.slice(30), 'bytes 30-38/39'],
  ])('are downloaded by range %s', async (range, text, contentRange) => {
    const { api, id } = await completedJob();
    const answer = await api.send('GET', `/api/jobs/${id}/artifacts/transcript.txt`, undefined, { range });
    expect(answer.status).toBe(206);
    expect(await answer.text()).toBe(text);
    expect(answer.headers.get('content-range')).toBe(contentRange);
  });

  test('have no range beyond their end, and a range of an older file gives the whole', async () => {
    const { api, id } = await completedJob();
    const path = `/api/jobs/${id}/artifacts/transcript.txt`;
    const beyond = await api.send('GET', path, undefined, { range: 'bytes=100-' });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe('bytes */39');
    const older = await api.send('GET', path, undefined, { range: 'bytes=0-3', 'if-range': '"older"' });
    expect(await older.text()).toBe(TEXT);
  });

  test.each(['missing.txt', '..%2Fanother%2Fsecret.txt', '%2Fetc%2Fpasswd', '..'])(
    'have no file %s',
    async (name) => {
      const { api, id } = await completedJob();
      const answer = await api.send('GET', `/api/jobs/${id}/artifacts/${name}`);
      expect(answer.status).toBeGreaterThanOrEqual(300);
      expect(await answer.text()).not.toContain('not yours');
    },
  );
});

describe('results in a bucket', () => {
  const bucket = (): ArtifactStore =>
    Object.assign(new LocalArtifactStore(testFolder()), {
      presignDownload: (
        ...[{ uri }, { fileName, expiresInSeconds }]: Parameters<ArtifactStore['presignDownload']>
      ) => Promise.resolve(`https://bucket.example/${uri}?name=${fileName}&for=${expiresInSeconds}`),
    });

  test('are a redirect to a short-lived address that no cache keeps', async () => {
    const { api, id } = await completedJob(bucket());
    const answer = await api.send('GET', `/api/jobs/${id}/artifacts/transcript.txt`);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(
      `https://bucket.example/artifact:results/local/${id}/transcript.txt?name=transcript.txt&for=300`,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const list = await api.send('GET', `/api/jobs/${id}/artifacts`);
    expect(list.status).toBe(200);
  });
});
