import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reelSettingsSchema } from '../../../src/domain/reel.ts';
import { makeMedia, noisyPicture, sweepingTone, videoAtRate } from '../../support/make-media.ts';
import { probe, ReelBench } from '../../support/reel-bench.ts';

const bench = new ReelBench();
const { signal } = new AbortController();
const place = (name: string): string => join(bench.folder, name);

/** Copies a file without its second half. */
function cutOff(path: string, ending: string): string {
  const bytes = readFileSync(path);
  writeFileSync(place(`cut.${ending}`), bytes.subarray(0, bytes.length / 2));
  return place(`cut.${ending}`);
}

describe('a clip that was cut off', () => {
  it.each(['mp4', 'mkv', 'mov'])('is damaged: %s', async (ending) => {
    const path = await makeMedia(
      place(`whole.${ending}`),
      ...[...noisyPicture(6), ...sweepingTone(6), ...videoAtRate(800_000)],
      ...['-movflags', '+faststart'].filter(() => ending !== 'mkv'),
    );
    const examine = async (filePath: string) =>
      bench.tool.examine(
        { filePath, facts: await bench.tool.describe(filePath, { signal }) },
        { start: 0, end: null },
        { measuresLoudness: true, signal },
      );
    expect(await examine(path)).toMatchObject({ integratedLufs: expect.any(Number) as number });
    await expect(examine(cutOff(path, ending))).rejects.toMatchObject({
      code: 'CorruptMedia',
      message: expect.stringContaining('breaks off') as string,
    });
  });
});

describe('a clip whose sound goes on behind its last picture', () => {
  const longSound = () =>
    makeMedia(place('long-sound.mkv'), ...noisyPicture(2), ...sweepingTone(5), ...videoAtRate(400_000));

  it('is as long as its picture', async () => {
    const reel = await bench.stitch('long-sound', [await longSound(), await longSound()]);
    const [video] = await probe(reel.path);
    const wanted = reel.plan.parts.reduce((sum, { frames }) => sum + frames, 0);
    expect(Number(video?.nb_read_frames)).toBe(wanted);
    expect(Math.abs(reel.plan.durationSeconds - 4)).toBeLessThan(0.1);
  });

  it('makes no part without a picture', async () => {
    const filePath = await longSound();
    const facts = await bench.tool.describe(filePath, { signal });
    const settings = reelSettingsSchema.parse({ orientation: 'square', compression: 'fast' });
    const encoding = bench.tool.encode(
      {
        part: { kind: 'encode', stretch: { clip: 0, start: 3.5, gainDb: 0 }, frames: 25 },
        format: {
          ...{ width: 1080, height: 1080, frameRate: { numerator: 25, denominator: 1 } },
          ...{ timescale: 25_000, reorderedPictures: 2 },
        },
        ...{ settings, files: new Map([[0, { filePath, facts }]]), overlay: null },
      },
      { workDirectory: place('part'), signal, onProgress: () => undefined },
    );
    await expect(encoding).rejects.toMatchObject({ code: 'CorruptMedia' });
  });
});
