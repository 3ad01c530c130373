import { describe, expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { groundKey } from '../../../src/domain/ground.ts';
import { encodeEmbedding } from '../../../src/domain/voices.ts';
import { createTestApi } from '../../support/api.ts';
import { testFolder } from '../../support/test-folder.ts';

const speakers = [1, 2].map((number) => ({ id: `S${number}`, label: `Speaker ${number}`, seconds: 9 }));
const embedding = (...values: number[]): string => encodeEmbedding(Float32Array.from(values));

async function setUp() {
  const store = new LocalArtifactStore(testFolder());
  const api = createTestApi({ store });
  /** A completed job of a user, in which two voices were heard. */
  const job = async (userId: string, authorization?: string): Promise<string> => {
    const answer = await api.send(
      'POST',
      '/api/jobs',
      { url: `https://example.org/${Math.random()}` },
      authorization === undefined ? {} : { authorization },
    );
    const { id } = (await answer.json()) as { id: string };
    const voices = [embedding(1, 0.1), embedding(0, 1)].map((each, index) => ({
      ...{ speaker: `S${index + 1}`, embedding: each },
    }));
    const heard = { model: 'test', sameVoiceSimilarity: 0.6, turns: [], voices };
    const ground = {
      ...{
        schemaVersion: 1,
        fingerprint: id,
        turns: [],
        metadata: null,
        spokenChunks: [],
        durationSeconds: 20,
        route: 'short',
      },
      transcript: { language: 'en', durationSeconds: 20, segments: [], speakers },
      diarization: await store.put(`stages/speakers/${id}.json`, JSON.stringify(heard)),
      ...{ notices: [], stages: [] },
    };
    await store.put(groundKey(userId, id), JSON.stringify(ground));
    api.jobs.set(id, 'completed');
    return id;
  };
  const call = async (method: string, path: string, body?: unknown, authorization?: string) => {
    const answer = await api.send(method, path, body, authorization === undefined ? {} : { authorization });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  /** Somebody else, with a token. */
  const other = async () => {
    const made = await call('POST', '/api/admin/tokens', { tier: 'alpha', email: 'other@example.org' });
    return { userId: String(made.body['userId']), authorization: `Bearer ${String(made.body['token'])}` };
  };
  const suggestions = async (id: string, authorization?: string) => {
    const { body } = await call('GET', `/api/jobs/${id}/speakers`, undefined, authorization);
    return (body['speakers'] as { suggestion?: { name: string } }[]).map(
      ({ suggestion }) => suggestion?.name,
    );
  };
  return { store, job, call, other, suggestions };
}

describe('voices', () => {
  test('of one job suggest names in another one, until they are deleted', async () => {
    const { job, call, suggestions } = await setUp();
    const first = await job('local');
    const added = await call('POST', '/api/voices', { name: ' Ada ', jobId: first, speaker: 'speaker_1' });
    expect(added).toMatchObject({
      status: 201,
      body: { name: 'Ada', samples: [{ jobId: first, seconds: 9 }] },
    });
    const later = await job('local');
    expect(await suggestions(later)).toEqual(['Ada', undefined]);
    expect((await call('DELETE', '/api/voices/Ada')).body).toMatchObject({ name: 'Ada' });
    expect(await suggestions(later)).toEqual([undefined, undefined]);
    expect((await call('GET', '/api/voices')).body).toEqual({ voices: [] });
  });

  test('do not leave the store: no answer holds how somebody sounds', async () => {
    const { job, call } = await setUp();
    const id = await job('local');
    await call('POST', '/api/voices', { name: 'Ada', jobId: id, speaker: 'S1' });
    for (const path of ['/api/voices', `/api/jobs/${id}/speakers`]) {
      const { body } = await call('GET', path);
      expect(JSON.stringify(body)).not.toContain(embedding(1, 0.1));
      expect(JSON.stringify(body)).not.toContain('embedding');
    }
  });

  test("are each user's own: neither listed, nor deleted, nor suggested to others, nor taken from their jobs", async () => {
    const { job, call, other, suggestions } = await setUp();
    const mine = await job('local');
    const { body } = await call('POST', '/api/voices', { name: 'Ada', jobId: mine, speaker: 'S1' });
    const { userId, authorization } = await other();
    const theirs = await job(userId, authorization);
    expect(await suggestions(theirs, authorization)).toEqual([undefined, undefined]);
    expect((await call('GET', '/api/voices', undefined, authorization)).body).toEqual({ voices: [] });
    for (const id of [String(body['id']), 'Ada'])
      expect((await call('DELETE', `/api/voices/${id}`, undefined, authorization)).status).toBe(404);
    const request = { name: 'Ada', jobId: mine, speaker: 'S1' };
    const taken = await call('POST', '/api/voices', request, authorization);
    expect(taken).toMatchObject({ status: 404, body: { code: 'JobNotFound' } });
    expect(await suggestions(await job('local'))).toEqual(['Ada', undefined]);
  });

  test("cannot be added of a speaker that there is not, nor once the job's voices were removed", async () => {
    const { store, job, call } = await setUp();
    const id = await job('local');
    expect(await call('POST', '/api/voices', { name: 'Ada', jobId: id, speaker: 'S7' })).toMatchObject({
      status: 422,
    });
    await store.removeAll('stages');
    const request = { name: 'Ada', jobId: id, speaker: 'S1' };
    expect(await call('POST', '/api/voices', request)).toMatchObject({
      status: 409,
      body: { code: 'ActionNotPossible', detail: expect.stringContaining('redo --from speakers') as string },
    });
  });
});
