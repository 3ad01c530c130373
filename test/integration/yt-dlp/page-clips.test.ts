import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClipSources } from '../../../src/adapters/direct-link/create-clip-sources.ts';
import { createArtifactStore } from '../../../src/adapters/create-artifact-store.ts';
import { createEgress, type RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { FfmpegReelTool } from '../../../src/adapters/ffmpeg/ffmpeg-reel-tool.ts';
import { createPageClipSource } from '../../../src/adapters/yt-dlp/create-page-clip-source.ts';
import type { ClipSource } from '../../../src/ports/clip-source.ts';
import { makeMedia } from '../../support/make-media.ts';
import { MediaServer } from '../../support/media-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { never } from '../contract/video-source.suite.ts';

/** The site of the tests may be reached, the canary's address may not. */
const CANARY_ADDRESS = '127.0.0.2';
const MAX_BYTES = 30_000_000;

describe('clips of pages, with the real yt-dlp', () => {
  let server: MediaServer;
  let egress: RunningEgress;
  let source: ClipSource;
  let reelTool: FfmpegReelTool;
  let video: string;
  let videoBytes: number;
  let playlist: string;

  beforeAll(async () => {
    egress = await createEgress({
      policy: { allowsAddress: (address) => address === '127.0.0.1', allowsPort: () => true },
    });
    const folder = testFolder();
    reelTool = new FfmpegReelTool({ ...tools, workDirectory: folder, fontDirectory: folder });
    const { store } = await createArtifactStore({ folder: testFolder(), bucket: undefined });
    const openBucket = () => Promise.reject(new Error('There are no buckets here.'));
    const { links } = createClipSources({ egress, store, openBucket, reelTool, maxBytes: MAX_BYTES });
    source = createPageClipSource({ egress, ytDlp: tools.ytDlp, maxBytes: MAX_BYTES, links });
    video = await makeMedia(
      join(folder, 'talk.mp4'),
      ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=60'],
      ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=60'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '1M', '-g', '50', '-c:a', 'aac'],
      ...['-movflags', '+faststart'],
    );
    videoBytes = (await stat(video)).size;
    playlist = await makeMedia(
      join(testFolder(), 'list.m3u8'),
      ...['-i', video, '-t', '20', '-c', 'copy', '-hls_time', '5', '-hls_list_size', '0'],
    );
  });
  beforeEach(async () => {
    server = await new MediaServer().start();
    server.files.set('/talk.mp4', { filePath: video, etag: '"1"' });
    for (const name of await readdir(dirname(playlist))) {
      const contentType = name.endsWith('.m3u8') ? 'application/vnd.apple.mpegurl' : 'video/mp2t';
      server.files.set(`/hls/${name}`, { filePath: join(dirname(playlist), name), contentType });
    }
    return () => server.close();
  });
  afterAll(() => egress.close());

  const fetch = (url: string, span: { start: number; end: number | null }) =>
    source.fetch({ kind: 'url', url }, span, {
      workDirectory: testFolder(),
      signal: never,
      onProgress: () => undefined,
    });
  const page = (media: string): string =>
    server.page('/watch', `<html><head><title>A talk</title></head><video src="${media}"></video></html>`);

  it('reads of a video file only the stretch', async () => {
    const { filePath } = await fetch(page('/talk.mp4'), { start: 20, end: 24 });
    expect(server.bodyBytesSent).toBeLessThan(videoBytes / 2 + 1_000_000);
    const facts = await reelTool.describe(filePath, { signal: never });
    expect(facts).toMatchObject({ durationSeconds: expect.closeTo(60, 0) as number, video: { height: 360 } });
    await reelTool.examine(
      { filePath, facts },
      { start: 20, end: 24 },
      { measuresLoudness: true, signal: never },
    );
  });

  it('brings a stream in pieces whole, with picture and sound', async () => {
    const html = `<title>HLS</title><video><source src="/hls/${basename(playlist)}" type="application/x-mpegURL"></video>`;
    const { filePath } = await fetch(server.page('/watch', html), { start: 5, end: 8 });
    const facts = await reelTool.describe(filePath, { signal: never });
    expect(facts.video.height).toBe(360);
    expect(facts.audio?.codec).toBe('aac');
    await reelTool.examine(
      { filePath, facts },
      { start: 5, end: 8 },
      { measuresLoudness: true, signal: never },
    );
  });

  it('fetches whole what its host gives to nobody but the page', async () => {
    const { filePath: path } = server.files.get('/talk.mp4') ?? { filePath: '' };
    server.files.delete('/talk.mp4');
    server.pages.set('/talk.mp4', (request, response) => {
      if (request.headers.referer === undefined) response.writeHead(403).end();
      else {
        response.writeHead(302, { location: '/given.mp4' }).end();
      }
    });
    server.files.set('/given.mp4', { filePath: path });
    const { filePath, isWhole } = await fetch(page('/talk.mp4'), { start: 20, end: 24 });
    expect(isWhole).toBe(true);
    expect((await stat(filePath)).size).toBe(videoBytes);
  });

  it('is not led into a private network', async () => {
    const canary = await new MediaServer().start(CANARY_ADDRESS);
    try {
      await expect(fetch(page(canary.url('/talk.mp4')), { start: 1, end: 3 })).rejects.toMatchObject({
        code: 'AddressBlocked',
      });
      expect(canary.requests).toEqual([]);
    } finally {
      await canary.close();
    }
  });

  it('bounds what it takes', async () => {
    server.pages.set('/endless.mp4', (_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp4' });
      const send = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(1_000_000, 1), () => setImmediate(send));
      };
      send();
    });
    await expect(fetch(page('/endless.mp4'), { start: 1, end: 3 })).rejects.toMatchObject({
      code: 'MediaTooLarge',
    });
  });

  it('says where there is no video', async () => {
    const url = server.page('/watch', '<title>Nothing</title>');
    await expect(fetch(url, { start: 1, end: 3 })).rejects.toMatchObject({ code: 'UnsupportedSite' });
  });
});
