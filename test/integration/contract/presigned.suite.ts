import { expect, test } from 'vitest';
import type { ArtifactStore } from '../../../src/ports/artifact-store.ts';

/** What addresses of a bucket must do. The emulators check no signatures, so what is signed is looked at. */
export const presignedSuite = (makeStore: () => ArtifactStore, signedHeaders: string[]): void => {
  test('gives an address that anybody can read a result from, whole or in part', async () => {
    const store = makeStore();
    const reference = await store.put('results/a/report.md', '# Report');
    const address = await store.presignDownload(reference, {
      fileName: 'report.md',
      contentType: 'text/markdown; charset=utf-8',
      expiresInSeconds: 300,
    });
    expect(await (await fetch(address ?? '')).text()).toBe('# Report');
    const part = await fetch(address ?? '', { headers: { range: 'bytes=2-' } });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe('Report');
    const { searchParams } = new URL(address ?? '');
    expect(searchParams.get('response-content-disposition')).toBe('attachment; filename="report.md"');
    const expires = searchParams.get('X-Amz-Expires') ?? searchParams.get('X-Goog-Expires');
    expect(Number(expires)).toBe(300);
  });

  test('gives a request that stores an upload of just that size and type', async () => {
    const store = makeStore();
    const body = new Uint8Array(1_000).fill(7);
    const upload = await store.presignUpload('uploads/a/media', {
      bytes: body.length,
      contentType: 'video/mp4',
      expiresInSeconds: 600,
    });
    if (upload === undefined) throw new Error('There is no such request.');
    const { searchParams } = new URL(upload.url);
    const signed = searchParams.get('X-Amz-SignedHeaders') ?? searchParams.get('X-Goog-SignedHeaders');
    expect(signed?.split(';').sort()).toEqual([...signedHeaders, 'host'].sort());
    const sent = await fetch(upload.url, { method: upload.method, headers: upload.headers, body });
    expect(sent.status).toBe(200);
    const object = await store.inspect('uploads/a/media');
    expect(object?.bytes).toBe(1_000);
    const found = await store.find('uploads/a/media');
    if (found === undefined) throw new Error('The upload is not there.');
    expect(Buffer.from(await store.read(found)).equals(Buffer.from(body))).toBe(true);
  });
};
