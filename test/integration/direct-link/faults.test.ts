import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AddressPolicy } from '../../../src/adapters/egress/address-policy.ts';
import { createEgress } from '../../../src/adapters/egress/create-egress.ts';
import type { RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { createDirectLinkSource } from '../../../src/adapters/direct-link/create-direct-link-source.ts';
import type { VideoSource } from '../../../src/ports/video-source.ts';
import { makeMedia, sweepingTone } from '../../support/make-media.ts';
import { MediaServer } from '../../support/media-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { mediaTool, never } from '../contract/video-source.suite.ts';

/** The site of the tests may be reached, the canary's address may not. */
const CANARY_ADDRESS = '127.0.0.2';
const policy: AddressPolicy = {
  allowsAddress: (address) => address === '127.0.0.1',
  allowsPort: () => true,
};

describe('the direct link source', () => {
  let server: MediaServer;
  let egress: RunningEgress;
  let source: VideoSource;
  let wav: string;

  beforeAll(async () => {
    egress = await createEgress({ policy });
    source = createDirectLinkSource({ egress, mediaTool, maxBytes: 20_000_000 });
    wav = await makeMedia(join(testFolder(), 'talk.wav'), ...sweepingTone(60));
  });

  beforeEach(async () => {
    server = await new MediaServer().start();
    return () => server.close();
  });

  afterAll(() => egress.close());

  const accepts = (url: string) => source.accepts({ kind: 'url', url }, { signal: never });
  const metadataOf = (url: string) =>
    source.fetchMetadata({ kind: 'url', url }, { workDirectory: testFolder(), signal: never });
  const sha256 = async (filePath: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(filePath))
      .digest('hex');
  /** The hash of what arrived. */
  const download = async (url: string, workDirectory = testFolder()): Promise<string> => {
    const media = await source.openAudio(
      { kind: 'url', url },
      { workDirectory, signal: never, onProgress: () => undefined },
    );
    return sha256((await media.completed).filePath);
  };

  it('bridges broken connections without fetching anything twice', async () => {
    server.files.set('/a.wav', {
      filePath: wav,
      contentType: 'audio/wav',
      etag: '"1"',
      cutAfterBytes: 1_500_000,
    });
    expect(await download(server.url('/a.wav'))).toBe(await sha256(wav));
    const { size } = await stat(wav);
    expect(server.bodyBytesSent).toBeLessThan(size * 1.1);
  });

  it('fetches from hosts that know no ranges, and bridges breaks there, too', async () => {
    let served = 0;
    server.files.set('/a.wav', { filePath: wav, ranges: false });
    const file = server.files.get('/a.wav');
    Object.defineProperty(file, 'cutAfterBytes', {
      get: () => ((served += 1) === 2 ? 3_000_000 : undefined),
    });
    expect(await download(server.url('/a.wav'))).toBe(await sha256(wav));
    expect(served).toBeGreaterThan(2);
  });

  it('starts over when the file at the host has changed since the last attempt', async () => {
    const workDirectory = testFolder();
    const changing = await makeMedia(join(testFolder(), 'b.wav'), ...sweepingTone(60));
    server.files.set('/b.wav', { filePath: changing, etag: '"1"' });
    await download(server.url('/b.wav'), workDirectory);
    appendFileSync(changing, Buffer.alloc(1_000, 7));
    server.files.set('/b.wav', { filePath: changing, etag: '"2"' });
    expect(await download(server.url('/b.wav'), workDirectory)).toBe(await sha256(changing));
  });

  it('gives up a transfer that stands still', async () => {
    server.files.set('/a.wav', { filePath: wav, etag: '"1"', stallAfterBytes: 3_000_000 });
    const impatient = createDirectLinkSource({
      egress,
      mediaTool,
      maxBytes: 20_000_000,
      stallTimeoutMs: 1_500,
    });
    const media = await impatient.openAudio(
      { kind: 'url', url: server.url('/a.wav') },
      { workDirectory: testFolder(), signal: never, onProgress: () => undefined },
    );
    await expect(media.completed).rejects.toMatchObject({ code: 'DownloadStalled' });
  });

  it('says that a host is gone only when it never answered', async () => {
    const url = server.url('/a.wav');
    server.files.set('/a.wav', { filePath: wav, stallAfterBytes: 3_000_000 });
    const media = await source.openAudio(
      { kind: 'url', url },
      { workDirectory: testFolder(), signal: never, onProgress: () => undefined },
    );
    await server.close();
    await expect(media.completed).rejects.toMatchObject({ code: 'NetworkFailure' });
    await expect(metadataOf(url)).rejects.toMatchObject({ code: 'HostUnreachable' });
    await expect(accepts(url)).rejects.toMatchObject({ code: 'HostUnreachable' });
  });

  it('follows redirects, and never to a blocked address', async () => {
    const canary = await new MediaServer().start(CANARY_ADDRESS);
    try {
      server.files.set('/a.wav', { filePath: wav });
      server.pages.set('/good', (_request, response) =>
        response.writeHead(302, { location: '/a.wav' }).end(),
      );
      server.pages.set('/bad', (_request, response) =>
        response.writeHead(307, { location: canary.url('/a.wav') }).end(),
      );
      expect((await metadataOf(server.url('/good'))).durationSeconds).toBeCloseTo(60, 0);
      await expect(accepts(server.url('/bad'))).rejects.toMatchObject({ code: 'AddressBlocked' });
      await expect(metadataOf(server.url('/bad'))).rejects.toMatchObject({ code: 'AddressBlocked' });
      await expect(download(server.url('/bad'))).rejects.toMatchObject({ code: 'AddressBlocked' });
      expect(canary.requests).toEqual([]);
    } finally {
      await canary.close();
    }
  });

  it('ends a circle of redirects', async () => {
    server.pages.set('/circle', (_request, response) =>
      response.writeHead(302, { location: '/circle' }).end(),
    );
    await expect(metadataOf(server.url('/circle'))).rejects.toMatchObject({ code: 'VideoUnavailable' });
    expect(server.requests.length).toBeLessThan(20);
  });

  it('leaves pages, playlists, pictures and error pages to other sources', async () => {
    server.page('/page', '<!doctype html><title>A page</title>');
    server.page('/walled', '<h1>Sign in</h1>', 403);
    server.pages.set('/list.m3u8', (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end('#EXTM3U\n'),
    );
    server.pages.set('/list.mp3', (_request, response) =>
      response.writeHead(200, { 'content-type': 'audio/mpeg' }).end('#EXTM3U\n'),
    );
    server.pages.set('/picture.mp4', (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/octet-stream' })
        .end(Buffer.from('89504e470d0a1a0a0000', 'hex')),
    );
    for (const path of ['/page', '/walled', '/missing.mp4', '/list.m3u8', '/list.mp3', '/picture.mp4']) {
      expect(await accepts(server.url(path)), path).toBe(false);
    }
  });

  it('knows media by its bytes, whatever the host calls it', async () => {
    server.files.set('/download', { filePath: wav, contentType: 'application/octet-stream' });
    expect(await accepts(server.url('/download'))).toBe(true);
  });

  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'EmptyFile'],
    ['a page that is served as a video', '<!doctype html><p>Sign in', 'CorruptMedia'],
    ['damaged media', Buffer.alloc(300_000, 0x5a), 'CorruptMedia'],
  ])('refuses %s', async (_name, content, code) => {
    const filePath = join(testFolder(), 'x.mp4');
    writeFileSync(filePath, content);
    server.pages.set('/x.mp4', (_request, response) =>
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': content.length }).end(content),
    );
    expect(await accepts(server.url('/x.mp4'))).toBe(true);
    await expect(metadataOf(server.url('/x.mp4'))).rejects.toMatchObject({ code });
  });

  it.each([
    [404, 'VideoUnavailable'],
    [401, 'VideoUnavailable'],
    [429, 'RateLimited'],
    [503, 'RateLimited'],
    [500, 'NetworkFailure'],
  ])('maps the status %i to %s', async (status, code) => {
    server.pages.set('/x.mp4', (_request, response) =>
      response.writeHead(status, { 'retry-after': '7' }).end(),
    );
    const expected = code === 'RateLimited' ? { code, retryAfterSeconds: 7 } : { code };
    await expect(metadataOf(server.url('/x.mp4'))).rejects.toMatchObject(expected);
  });

  it('refuses what is larger than the limit, announced or not', async () => {
    server.pages.set('/announced.mp3', (_request, response) =>
      response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': 30_000_000 }).write('ID3'),
    );
    await expect(metadataOf(server.url('/announced.mp3'))).rejects.toMatchObject({ code: 'MediaTooLarge' });
    server.pages.set('/endless.mp3', (_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      const send = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(1_000_000, 1), () => setImmediate(send));
      };
      send();
    });
    await expect(download(server.url('/endless.mp3'))).rejects.toMatchObject({ code: 'MediaTooLarge' });
  });
});
