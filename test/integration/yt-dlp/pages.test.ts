import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEgress } from '../../../src/adapters/egress/create-egress.ts';
import type { RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { createYtDlpSource } from '../../../src/adapters/yt-dlp/create-yt-dlp-source.ts';
import type { VideoSource } from '../../../src/ports/video-source.ts';
import { makeMedia, sweepingTone } from '../../support/make-media.ts';
import { MediaServer } from '../../support/media-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { hashOfAudio, mediaTool, never } from '../contract/video-source.suite.ts';

/** The site of the tests may be reached, the canary's address may not. */
const CANARY_ADDRESS = '127.0.0.2';

describe('the page source, with the real yt-dlp', () => {
  let server: MediaServer;
  let egress: RunningEgress;
  let source: VideoSource;
  let clip: string;
  let playlist: string;

  beforeAll(async () => {
    egress = await createEgress({
      policy: { allowsAddress: (address) => address === '127.0.0.1', allowsPort: () => true },
    });
    source = createYtDlpSource({ egress, ytDlp: tools.ytDlp, maxBytes: 20_000_000 });
    const folder = testFolder();
    clip = await makeMedia(join(folder, 'clip.mp3'), ...sweepingTone(60), '-b:a', '256k');
    playlist = await makeMedia(
      join(folder, 'list.m3u8'),
      ...['-i', clip, '-c:a', 'aac', '-hls_time', '5', '-hls_list_size', '0'],
    );
  });

  beforeEach(async () => {
    server = await new MediaServer().start();
    server.files.set('/clip.mp3', { filePath: clip, contentType: 'audio/mpeg', etag: '"1"' });
    for (const name of await readdir(dirname(playlist))) {
      const contentType = name.endsWith('.m3u8') ? 'application/vnd.apple.mpegurl' : 'video/mp2t';
      server.files.set(`/hls/${name}`, { filePath: join(dirname(playlist), name), contentType });
    }
    return () => server.close();
  });

  afterAll(() => egress.close());

  const metadataOf = (url: string, signal = never) =>
    source.fetchMetadata({ kind: 'url', url }, { workDirectory: testFolder(), signal });
  const open = (url: string, workDirectory = testFolder(), signal = never) =>
    source.openAudio({ kind: 'url', url }, { workDirectory, signal, onProgress: () => undefined });
  const download = async (url: string): Promise<string> => (await (await open(url)).completed).filePath;

  const ldJson = (contentUrl: string): string =>
    JSON.stringify({
      '@context': 'https://schema.org',
      '@type': 'VideoObject',
      name: 'The hearing\u0007 of May',
      uploadDate: '2026-05-04T08:00:00Z',
      duration: 'PT1M',
      contentUrl,
    });

  it.each<[string, (media: string) => string]>([
    ['a video element', (media) => `<title>The hearing of May</title><video src="${media}"></video>`],
    [
      'an Open Graph tag',
      (media) => `<title>The hearing of May</title><meta property="og:video" content="${media}">`,
    ],
    [
      'a schema.org description',
      (media) => `<title>Site</title><script type="application/ld+json">${ldJson(media)}</script>`,
    ],
  ])('finds the media behind %s', async (_name, html) => {
    const url = server.page('/watch', `<html><head>${html(server.url('/clip.mp3'))}</head></html>`);
    expect(await metadataOf(url)).toMatchObject({ title: 'The hearing of May', url, isLive: false });
    expect(server.requests.filter((request) => request.startsWith('GET /clip.mp3')).length).toBeLessThan(2);
    expect(await hashOfAudio(await download(url))).toBe(await hashOfAudio(clip));
  });

  it('reads duration and date where the page tells them', async () => {
    const html = `<script type="application/ld+json">${ldJson(server.url('/clip.mp3'))}</script>`;
    const metadata = await metadataOf(server.page('/watch', html));
    expect(metadata).toMatchObject({ durationSeconds: 60, uploadedAt: '2026-05-04T08:00:00.000Z' });
  });

  it('brings an HLS stream as one file that can be decoded', async () => {
    const html = `<title>HLS</title><video><source src="/hls/${basename(playlist)}" type="application/x-mpegURL"></video>`;
    const filePath = await download(server.page('/watch', html));
    const facts = await mediaTool.probe(filePath, { signal: never });
    expect(facts.hasAudio).toBe(true);
    expect(facts.durationSeconds).toBeCloseTo(60, 0);
  });

  it('goes on where a transfer broke, within one attempt', async () => {
    server.files.set('/clip.mp3', {
      filePath: clip,
      contentType: 'audio/mpeg',
      etag: '"1"',
      cutAfterBytes: 700_000,
    });
    const filePath = await download(server.page('/watch', `<video src="/clip.mp3"></video>`));
    expect(await hashOfAudio(filePath)).toBe(await hashOfAudio(clip));
    expect(server.bodyBytesSent).toBeLessThan(60 * 32_000 * 1.6);
  });

  it.each<[string, (site: MediaServer) => string, string]>([
    ['a page without a video', (site) => site.page('/', '<title>Nothing</title><p>Hello'), 'UnsupportedSite'],
    [
      'a page with two videos',
      (site) => site.page('/', '<video src="/clip.mp3"></video><video src="/other.mp3"></video>'),
      'UnsupportedSite',
    ],
    ['a page that is not there', (site) => site.url('/missing'), 'VideoUnavailable'],
    ['a page behind a login', (site) => site.page('/', '<h1>Sign in</h1>', 403), 'VideoUnavailable'],
    ['a site that asks to slow down', (site) => site.page('/', 'Slow down', 429), 'RateLimited'],
    ['a site in trouble', (site) => site.page('/', 'Sorry', 500), 'NetworkFailure'],
  ])('says what is wrong with %s', async (_name, make, code) => {
    await expect(metadataOf(make(server))).rejects.toMatchObject({ code });
  });

  it('gives up on a site that never answers', async () => {
    server.pages.set('/slow', () => undefined);
    const impatient = createYtDlpSource({
      egress,
      ytDlp: tools.ytDlp,
      maxBytes: 20_000_000,
      socketTimeoutSeconds: 2,
    });
    const options = { workDirectory: testFolder(), signal: never };
    const metadata = impatient.fetchMetadata({ kind: 'url', url: server.url('/slow') }, options);
    await expect(metadata).rejects.toMatchObject({ code: 'NetworkFailure' });
  });

  it('gives up a download that stands still', async () => {
    server.files.set('/clip.mp3', { filePath: clip, contentType: 'audio/mpeg', stallAfterBytes: 500_000 });
    const impatient = createYtDlpSource({
      egress,
      ytDlp: tools.ytDlp,
      maxBytes: 20_000_000,
      stallTimeoutMs: 2_000,
    });
    const media = await impatient.openAudio(
      { kind: 'url', url: server.page('/watch', '<video src="/clip.mp3"></video>') },
      { workDirectory: testFolder(), signal: never, onProgress: () => undefined },
    );
    await expect(media.completed).rejects.toMatchObject({ code: 'DownloadStalled' });
  });

  it('tells a host that is not there', async () => {
    const url = server.url('/watch');
    await server.close();
    await expect(metadataOf(url)).rejects.toMatchObject({ code: 'HostUnreachable' });
    await expect(metadataOf('http://no-such-host.invalid/watch')).rejects.toMatchObject({
      code: 'HostUnreachable',
    });
  });

  it.each(['/watch', '/live.m3u8'])('knows a live stream at %s', async (path) => {
    server.pages.set('/live.m3u8', (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' })
        .end('#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:5,\n/hls/list0.ts\n'),
    );
    server.page('/watch', '<video><source src="/live.m3u8" type="application/x-mpegURL"></video>');
    expect(await metadataOf(server.url(path))).toMatchObject({ isLive: true });
  });

  it('refuses media larger than the limit while it arrives', async () => {
    server.pages.set('/endless.mp3', (_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      const send = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(1_000_000, 1), () => setImmediate(send));
      };
      send();
    });
    const media = open(server.page('/watch', '<title>Endless</title><video src="/endless.mp3"></video>'));
    await expect(media.then(({ completed }) => completed)).rejects.toMatchObject({ code: 'MediaTooLarge' });
  });

  it.each<[string, (site: MediaServer, canary: MediaServer) => string]>([
    ['the address itself', (_site, canary) => canary.url('/secret')],
    [
      'a redirect',
      (site, canary) => {
        site.pages.set('/moved', (_request, response) =>
          response.writeHead(302, { location: canary.url('/secret') }).end(),
        );
        return site.url('/moved');
      },
    ],
    [
      'a media element',
      (site, canary) => site.page('/watch', `<video src="${canary.url('/clip.mp3')}"></video>`),
    ],
    [
      'a playlist',
      (site, canary) => {
        site.pages.set('/evil.m3u8', (_request, response) =>
          response
            .writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' })
            .end(`#EXTM3U\n#EXTINF:5,\n${canary.url('/1.ts')}\n#EXT-X-ENDLIST\n`),
        );
        return site.page('/watch', '<video><source src="/evil.m3u8" type="application/x-mpegURL"></video>');
      },
    ],
  ])('is not led into a private network by %s', async (_name, make) => {
    const canary = await new MediaServer().start(CANARY_ADDRESS);
    try {
      await expect(download(make(server, canary))).rejects.toMatchObject({ code: 'AddressBlocked' });
      expect(canary.requests).toEqual([]);
    } finally {
      await canary.close();
    }
  });

  it('names no address with its secrets in an error', async () => {
    const failure = await metadataOf(`${server.page('/', 'x', 500)}?token=secret`).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).not.toContain('secret');
  });
});
