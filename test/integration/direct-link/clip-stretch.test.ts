import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClipSources } from '../../../src/adapters/direct-link/create-clip-sources.ts';
import { PUBLIC_AND_PRIVATE_ADDRESSES } from '../../../src/adapters/egress/address-policy.ts';
import { createEgress, type RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { FfmpegReelTool } from '../../../src/adapters/ffmpeg/ffmpeg-reel-tool.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { planReel } from '../../../src/domain/reel-plan.ts';
import { reelSettingsSchema } from '../../../src/domain/reel.ts';
import type { ClipMedia } from '../../../src/ports/clip-source.ts';
import { reelInput } from '../../support/scripted-reel.ts';
import { makeMedia, noisyPicture, sweepingTone, videoAtRate } from '../../support/make-media.ts';
import { MediaServer, type ServedFile } from '../../support/media-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

const SECONDS = 60;
const KEY_PICTURE_SECONDS = 10;
const SPAN = { start: 22, end: 23 };
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50', '-crf', '18'];
const { signal } = new AbortController();

const linksOf = (egress: RunningEgress, reelTool: FfmpegReelTool, folder: string) =>
  createClipSources({
    ...{ egress, reelTool, maxBytes: 1e9, store: new LocalArtifactStore(folder) },
    openBucket: () => Promise.reject(new Error('There is no bucket.')),
  }).links;

describe('a stretch of a long video behind a link, whose key pictures are far apart', () => {
  const folder = testFolder();
  const tool = new FfmpegReelTool({ ...tools, workDirectory: join(folder, 'work'), fontDirectory: folder });
  let server: MediaServer;
  let egress: RunningEgress;
  let whole: string;
  let fetched: ClipMedia;

  beforeAll(async () => {
    whole = await makeMedia(
      join(folder, 'long.mp4'),
      ...[...noisyPicture(SECONDS), ...sweepingTone(SECONDS), ...videoAtRate(8_000_000)],
      ...['-g', String(KEY_PICTURE_SECONDS * 25), '-sc_threshold', '1000000000', '-c:a', 'aac'],
    );
    server = await new MediaServer().start();
    server.files.set('/long.mp4', { filePath: whole, etag: '"1"' });
    egress = await createEgress({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    const locator = { kind: 'url', url: server.url('/long.mp4') } as const;
    const options = { workDirectory: join(folder, 'clip'), signal, onProgress: () => undefined };
    fetched = await linksOf(egress, tool, folder).fetch(locator, SPAN, options);
  });

  afterAll(async () => {
    await server.close();
    await egress.close();
  });

  it('is fetched alone, from the key picture before it on', async () => {
    const { size } = await stat(whole);
    const needed = ((SPAN.end - 2 * KEY_PICTURE_SECONDS) / SECONDS) * size;
    // A second that decoders read ahead, the first picture, the index and two first looks.
    expect(server.bodyBytesSent).toBeLessThan(needed + size / SECONDS + 1024 ** 2);
    expect(server.bodyBytesSent).toBeGreaterThan(needed);
    expect(fetched.isWhole).toBe(false);
  });

  it('is good, and as loud as in the whole video', async () => {
    const measured = await Promise.all(
      [fetched.filePath, whole].map(async (filePath) =>
        tool.examine({ filePath, facts: await tool.describe(filePath, { signal }) }, SPAN, {
          measuresLoudness: true,
          signal,
        }),
      ),
    );
    expect(measured[0]?.integratedLufs).toBeLessThan(0);
    expect(measured[0]).toEqual(measured[1]);
  });

  it('is encoded as it is of the whole video', async () => {
    const facts = await tool.describe(whole, { signal });
    const settings = reelSettingsSchema.parse({ compression: 'fast' });
    const [clip] = reelInput(1).clips;
    const { parts, format } = planReel(
      [{ index: 0, clip: { ...clip!, ...SPAN }, facts, loudness: null }],
      settings,
    );
    expect(parts.map(({ kind }) => kind)).toEqual(['encode']);
    const [ofStretch, ofWhole] = await Promise.all(
      [fetched.filePath, whole].map((filePath, index) =>
        tool.encode(
          { part: parts[0]!, format, settings, files: new Map([[0, { filePath, facts }]]), overlay: null },
          { workDirectory: join(folder, `part-${index}`), signal, onProgress: () => undefined },
        ),
      ),
    );
    expect(await readFile(ofStretch!.audioPath)).toEqual(await readFile(ofWhole!.audioPath));
    // Where an encoder has to keep to a rate, two runs differ a little; a picture out of a hole would be grey.
    expect(await worstLikeness(ofStretch!.videoPath!, ofWhole!.videoPath!)).toBeGreaterThan(30);
  });
});

/** A video of 10 s, and how much of it a stretch of a second may cost. */
const FORMS: Record<
  string,
  { ending: string; video: string[]; served?: Partial<ServedFile>; share: number }
> = {
  'with its index in front': {
    ...{ ending: 'mp4', share: 0.4 },
    video: [...H264, '-movflags', '+faststart'],
  },
  'with pictures out of order over open groups': {
    ...{ ending: 'mov', share: 0.4 },
    video: [...H264, '-bf', '8', '-b_strategy', '0', '-x264-params', 'open-gop=1:b-pyramid=normal'],
  },
  'in fragments': { ending: 'mp4', video: [...H264, '-movflags', '+frag_keyframe+empty_moov'], share: 1.1 },
  'in Matroska': { ending: 'mkv', video: H264, share: 1.1 },
  'on a host that sends no parts': { ending: 'mp4', video: H264, served: { ranges: false }, share: 1.1 },
};

describe.each(Object.entries(FORMS))('a stretch of a video %s', (_name, { ending, video, served, share }) => {
  it('is as in the whole video, at the cost of what it needs', async () => {
    const folder = testFolder();
    const tool = new FfmpegReelTool({ ...tools, workDirectory: join(folder, 'work'), fontDirectory: folder });
    const whole = await makeMedia(
      join(folder, `whole.${ending}`),
      ...[...noisyPicture(10), ...sweepingTone(10), ...video, '-c:a', 'aac'],
    );
    const server = await new MediaServer().start();
    const egress = await createEgress({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    try {
      server.files.set(`/v.${ending}`, { filePath: whole, etag: '"1"', ...served });
      const { filePath } = await linksOf(egress, tool, folder).fetch(
        { kind: 'url', url: server.url(`/v.${ending}`) },
        { start: 6.5, end: 7.5 },
        { workDirectory: join(folder, 'clip'), signal, onProgress: () => undefined },
      );
      const { size } = await stat(whole);
      expect(server.bodyBytesSent).toBeLessThan(share * size);
      expect(await tool.describe(filePath, { signal })).toEqual(await tool.describe(whole, { signal }));
      const pictures = (path: string) => picturesOf(path, { start: 6.5, seconds: 1 });
      expect(await pictures(filePath)).toEqual(await pictures(whole));
    } finally {
      await server.close();
      await egress.close();
    }
  });
});

/** Hashes of the decoded pictures of a stretch, as they are shown. */
async function picturesOf(
  path: string,
  { start, seconds }: { start: number; seconds: number },
): Promise<string[]> {
  const span = ['-ss', String(start), '-t', String(seconds), '-i', path];
  const { stdout } = await promisify(execFile)(tools.ffmpeg, [
    ...['-v', 'fatal', ...span, '-map', '0:v', '-f', 'framemd5', '-'],
  ]);
  return stdout.split('\n').filter((line) => !line.startsWith('#'));
}

/** Of the picture that differs most: the ratio of signal and difference in decibels. */
async function worstLikeness(one: string, other: string): Promise<number> {
  const compare = ['-i', one, '-i', other, '-lavfi', 'psnr', '-f', 'null', '-'];
  const { stderr } = await promisify(execFile)(tools.ffmpeg, ['-hide_banner', '-nostats', ...compare]);
  return Number(/ min:(\S+)/.exec(stderr)?.[1]?.replace('inf', 'Infinity'));
}
