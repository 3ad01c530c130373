import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClipFiles } from '../../../src/activities/clip-files.ts';
import { Scratch } from '../../../src/activities/scratch.ts';
import { createClipSources } from '../../../src/adapters/direct-link/create-clip-sources.ts';
import { PUBLIC_AND_PRIVATE_ADDRESSES } from '../../../src/adapters/egress/address-policy.ts';
import { createEgress, type RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { FfmpegReelTool } from '../../../src/adapters/ffmpeg/ffmpeg-reel-tool.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import type { ClipSource } from '../../../src/ports/clip-source.ts';
import { makeMedia, noisyPicture, sweepingTone, videoAtRate } from '../../support/make-media.ts';
import { MediaServer } from '../../support/media-server.ts';
import { reelInput } from '../../support/scripted-reel.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

const SECONDS = 40;
/** First looks at a file, and its index. */
const SLACK_BYTES = 1024 ** 2;
const [clip] = reelInput(1).clips as [ReturnType<typeof reelInput>['clips'][0]];
const { signal } = new AbortController();

describe('clips of a reel that show the same video', () => {
  const folder = testFolder();
  const tool = new FfmpegReelTool({ ...tools, workDirectory: join(folder, 'work'), fontDirectory: folder });
  const store = new LocalArtifactStore(join(folder, 'store'));
  let server: MediaServer;
  let egress: RunningEgress;
  let links: ClipSource;
  let videoPath: string;
  let videoBytes: number;
  let files: ClipFiles;
  let sentBefore: number;

  beforeAll(async () => {
    videoPath = await makeMedia(
      join(folder, 'long.mp4'),
      ...[...noisyPicture(SECONDS), ...sweepingTone(SECONDS), ...videoAtRate(8_000_000)],
      ...['-g', '25', '-c:a', 'aac', '-movflags', '+faststart'],
    );
    videoBytes = (await stat(videoPath)).size;
    server = await new MediaServer().start();
    egress = await createEgress({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    ({ links } = createClipSources({
      ...{ egress, reelTool: tool, maxBytes: 1e9, store },
      openBucket: () => Promise.reject(new Error('There is no bucket.')),
    }));
  });
  beforeEach(() => {
    server.files.set('/long.mp4', { filePath: videoPath, etag: '"1"' });
    files = new ClipFiles([links], new Scratch(testFolder()), store);
    sentBefore = server.bodyBytesSent;
  });
  afterAll(async () => {
    await server.close();
    await egress.close();
  });

  const sentBytes = (): number => server.bodyBytesSent - sentBefore;
  const fetch = (index: number, start: number, end: number | null) => {
    const locator = { kind: 'url', url: server.url('/long.mp4') } as const;
    return files.fetch({ index, clip: { ...clip, locator, start, end } }, { jobId: 'reel_1', signal });
  };
  const isCopy = async (filePath: string) => (await readFile(filePath)).equals(await readFile(videoPath));
  const examine = async (filePath: string, start: number, end: number | null) =>
    tool.examine(
      { filePath, facts: await tool.describe(filePath, { signal }) },
      { start, end },
      {
        measuresLoudness: true,
        signal,
      },
    );

  it('fetch it once, also where they want it at the same time', async () => {
    const fetched = await Promise.all([fetch(0, 0, null), fetch(1, 0, null), fetch(2, 0, null)]);
    expect(new Set(fetched.map(({ filePath }) => filePath)).size).toBe(1);
    expect(await isCopy(fetched[0].filePath)).toBe(true);
    expect(sentBytes()).toBeLessThan(videoBytes + SLACK_BYTES);
  });

  it('fetch what their stretches share once, and each has its own', async () => {
    const spans = [
      [10, 16],
      [12, 18],
      [10, 16],
    ] as const;
    const fetched = await Promise.all(spans.map(([start, end], index) => fetch(index, start, end)));
    // 8 s between them, with the key picture before and what decoders read ahead.
    expect(sentBytes()).toBeLessThan((10.5 / SECONDS) * videoBytes + SLACK_BYTES);
    for (const [index, [start, end]] of spans.entries()) {
      const measured = await examine(fetched[index]?.filePath ?? '', start, end);
      expect(measured).toEqual(await examine(videoPath, start, end));
    }
  });

  it('fetch of all of it only what a stretch has not brought', async () => {
    await fetch(0, 5, 25);
    const whole = await fetch(1, 0, null);
    expect(await isCopy(whole.filePath)).toBe(true);
    expect(sentBytes()).toBeLessThan(videoBytes + SLACK_BYTES);
    const after = sentBytes();
    expect((await fetch(2, 30, 35)).filePath).toBe(whole.filePath);
    expect(sentBytes()).toBe(after);
  });

  it('leave a file alone that a step may be reading when the video has changed at its host', async () => {
    const first = await fetch(0, 10, 12);
    const before = await examine(first.filePath, 10, 12);
    server.files.set('/long.mp4', { filePath: videoPath, etag: '"2"' });
    const second = await fetch(1, 20, 22);
    expect(second.filePath).not.toBe(first.filePath);
    expect(await examine(first.filePath, 10, 12)).toEqual(before);
  });

  it('are known to be the same by what a host says of them, where a page gives another address each time', async () => {
    const workDirectory = testFolder();
    const options = { workDirectory, signal, onProgress: () => undefined };
    for (const name of ['/given-1.mp4', '/given-2.mp4']) {
      server.files.set(name, { filePath: videoPath, etag: '"1"' });
      await links.fetch({ kind: 'url', url: server.url(name) }, { start: 0, end: null }, options);
    }
    expect(sentBytes()).toBeLessThan(videoBytes + SLACK_BYTES);
  });
});
