import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sign } from 'hono/jwt';
import { describe, expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { keepKey } from '../../../src/api/key-file.ts';
import { uploadKeys } from '../../../src/domain/upload.ts';
import { createTestApi, type TestApi } from '../../support/api.ts';
import { testFolder } from '../../support/test-folder.ts';

const KEY = 'a key of these tests';
const FILE = 'the bytes of a talk';
const announced = { fileName: 'A talk.mp4', bytes: FILE.length, contentType: 'video/mp4' };

interface Upload {
  uploadId: string;
  url: string;
  method: string;
  headers: Record<string, string>;
  expiresAt: string;
  maxBytes: number;
}

function uploadApi(): { api: TestApi; store: LocalArtifactStore } {
  const store = new LocalArtifactStore(testFolder());
  const uploads = {
    ...{ maximumBytes: 1_000, receiver: store, scratchFolder: testFolder() },
    signingKey: () => Promise.resolve(KEY),
  };
  return { api: createTestApi({ store, uploads }), store };
}

const asked = async (api: TestApi, body: object = announced): Promise<Upload> =>
  (await (await api.send('POST', '/api/uploads', body)).json()) as Upload;

const sent = (
  api: TestApi,
  { url, headers }: Pick<Upload, 'url' | 'headers'>,
  body = FILE,
): Promise<Response> => api.send('PUT', new URL(url).pathname, body, headers);

describe('an upload into the local store', () => {
  test('is stored by the address it was given, and its job reads it from there', async () => {
    const { api, store } = uploadApi();
    const upload = await asked(api);
    expect(upload).toMatchObject({
      method: 'PUT',
      maxBytes: FILE.length,
      headers: { 'content-type': 'video/mp4' },
    });
    expect(Date.parse(upload.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
    expect((await sent(api, upload)).status).toBe(201);
    const { media } = uploadKeys('local', upload.uploadId);
    expect(await store.inspect(media)).toMatchObject({ bytes: FILE.length });
    const answer = await api.send('POST', '/api/jobs', { uploadId: upload.uploadId });
    expect(answer.status).toBe(202);
    const job = (await answer.json()) as { id: string; source: string };
    expect(job.source).toBe('A talk.mp4');
    expect(api.jobs.startOf(job.id).input.source).toEqual({
      kind: 'upload',
      key: media,
      fileName: 'A talk.mp4',
    });
  });

  test('is for one job: submitted again it is the same job, and with other settings it is refused', async () => {
    const { api } = uploadApi();
    const { uploadId, ...upload } = await asked(api);
    await sent(api, upload);
    const ids = await Promise.all(
      [1, 2, 3].map(async () => {
        const answer = await api.send('POST', '/api/jobs', { uploadId });
        return ((await answer.json()) as { id: string }).id;
      }),
    );
    expect(new Set(ids).size).toBe(1);
    const other = await api.send('POST', '/api/jobs', { uploadId, language: 'de' });
    expect(await other.json()).toMatchObject({ code: 'InvalidInput' });
  });

  test('is told of to those only whose request was accepted', async () => {
    const { api } = uploadApi();
    const { uploadId, ...upload } = await asked(api);
    await sent(api, upload);
    const submit = async (name: string, settings: object): Promise<string | undefined> => {
      const body = { uploadId, webhookUrl: `https://example.org/${name}`, ...settings };
      return ((await (await api.send('POST', '/api/jobs', body)).json()) as { code?: string }).code;
    };
    await api.send('POST', '/api/admin/stop', { reason: 'repair' });
    expect(await submit('refused', { language: 'de' })).toBe('EmergencyStop');
    await api.send('POST', '/api/admin/resume');
    expect(await submit('accepted', { language: 'en' })).toBeUndefined();
    expect(await submit('too-late', { language: 'de' })).toBe('InvalidInput');
    expect(await submit('the-same', { language: 'en' })).toBeUndefined();
    const { requested } = await api.notifications.receivers('local', api.jobs.ids[0] ?? '');
    expect(requested.map(({ address }) => address).toSorted()).toEqual([
      'https://example.org/accepted',
      'https://example.org/the-same',
    ]);
  });

  test.each([
    ['shorter', FILE.slice(1)],
    ['longer', `${FILE}!`],
  ])('is refused and not kept when it is %s than announced', async (_how, body) => {
    const { api, store } = uploadApi();
    const upload = await asked(api);
    const answer = await sent(api, upload, body);
    expect(await answer.json()).toMatchObject({ code: 'InvalidInput' });
    expect(await store.inspect(uploadKeys('local', upload.uploadId).media)).toBeUndefined();
    const job = await api.send('POST', '/api/jobs', { uploadId: upload.uploadId });
    expect(await job.json()).toMatchObject({ code: 'UploadIncomplete', status: 409 });
  });

  test('cannot be replaced', async () => {
    const { api } = uploadApi();
    const upload = await asked(api);
    await sent(api, upload);
    expect((await sent(api, upload)).status).toBe(422);
  });

  test('needs an address of ours that has not expired', async () => {
    const { api, store } = uploadApi();
    const { media } = uploadKeys('local', 'upload_x');
    const now = Math.floor(Date.now() / 1000);
    const payload = { key: media, bytes: FILE.length };
    const bad = [
      await sign({ ...payload, exp: now - 1 }, KEY, 'HS256'),
      await sign({ ...payload, exp: now + 60 }, 'another key', 'HS256'),
      `${btoa('{"alg":"none","typ":"JWT"}').replaceAll('=', '')}.${btoa(JSON.stringify(payload)).replaceAll('=', '')}.`,
      'nonsense',
    ];
    for (const token of bad) {
      const answer = await sent(api, { url: `http://localhost/api/uploads/${token}`, headers: {} });
      expect(await answer.json(), token).toMatchObject({ code: 'UploadNotFound', status: 404 });
    }
    expect(await store.inspect(media)).toBeUndefined();
  });

  test('of another user is not found', async () => {
    const { api, store } = uploadApi();
    const theirs = 'upload_01jd3m0p4ye6v8xz2q5r7t9abc';
    const keys = uploadKeys('somebody_else', theirs);
    await store.put(keys.note, JSON.stringify(announced));
    await store.put(keys.media, FILE);
    const answer = await api.send('POST', '/api/jobs', { uploadId: theirs });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'UploadNotFound' });
  });
});

describe('asking for an upload', () => {
  test('of more than the limit is refused before a byte is sent', async () => {
    const { api } = uploadApi();
    const answer = await api.send('POST', '/api/uploads', { ...announced, bytes: 1_001 });
    expect(await answer.json()).toMatchObject({ code: 'MediaTooLarge', status: 413 });
  });

  test.each([
    ['no size', { ...announced, bytes: undefined }],
    ['nothing', { ...announced, bytes: 0 }],
    ['a web page', { ...announced, contentType: 'text/html' }],
    ['a type with more behind it', { ...announced, contentType: 'video/mp4, text/html' }],
  ])('for %s is refused', async (_what, body) => {
    const { api } = uploadApi();
    expect(await (await api.send('POST', '/api/uploads', body)).json()).toMatchObject({
      code: 'InvalidInput',
    });
  });

  test('again with the same key gives the same upload, and with another file is refused', async () => {
    const { api } = uploadApi();
    const key = { 'idempotency-key': 'k1' };
    const ask = async (body: object): Promise<Response> => api.send('POST', '/api/uploads', body, key);
    const first = (await (await ask(announced)).json()) as Upload;
    expect(await (await ask(announced)).json()).toMatchObject({ uploadId: first.uploadId });
    expect((await ask({ ...announced, bytes: 5 })).status).toBe(422);
  });

  test('gives an https address behind a proxy that says so', async () => {
    const { api } = uploadApi();
    const answer = await api.send('POST', '/api/uploads', announced, { 'x-forwarded-proto': 'https' });
    expect(((await answer.json()) as Upload).url).toMatch(/^https:/);
  });

  test.each([{}, { url: 'https://example.org/talk', uploadId: 'upload_01jd3m0p4ye6v8xz2q5r7t9abc' }])(
    'a job takes either an address or an upload, not %j',
    async (body) => {
      const { api } = uploadApi();
      expect(await (await api.send('POST', '/api/jobs', body)).json()).toMatchObject({
        code: 'InvalidInput',
      });
    },
  );
});

test('the signing key is made once, whoever comes first, for this user only', async () => {
  const path = join(testFolder(), 'data', 'key');
  const keys = await Promise.all([1, 2, 3, 4].map(() => keepKey(path)));
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(path, 'utf8')).toBe(keys[0]);
  expect(statSync(path).mode & 0o077).toBe(0);
});
