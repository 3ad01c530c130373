import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeMedia } from '../../support/make-media.ts';
import { highRange, probe, ReelBench } from '../../support/reel-bench.ts';
import { tools } from '../../support/tools.ts';

const run = promisify(execFile);
const bench = new ReelBench();

/** Black, a grey card, white as of paper (ITU-R BT.2408), and a red. */
const STRIPES = {
  smpte2084: ['0x000000', '0x616161', '0x949494', '0x784848'],
  'arib-std-b67': ['0x000000', '0x616161', '0xbfbfbf', '0x784848'],
} as const;

function stripedClip(transfer: keyof typeof STRIPES, options = { tellsColours: true }): Promise<string> {
  const { filters, video } = highRange(transfer, options);
  const colours = STRIPES[transfer].map((colour, index) => `color=${colour}:s=240x360:r=25:d=0.4[c${index}]`);
  const picture = `${colours.join(';')};[c0][c1][c2][c3]hstack=inputs=4${filters}`;
  return makeMedia(
    join(bench.folder, `${transfer}-${options.tellsColours}.mp4`),
    ...['-f', 'lavfi', '-i', picture],
    ...video,
  );
}

interface Colour {
  /** 0: black, 1: white. */
  luma: number;
  /** Towards red; 0 for greys. */
  red: number;
  blue: number;
}

/** The middle of each stripe of a reel. */
async function coloursOf(path: string): Promise<Colour[]> {
  const colours: Colour[] = [];
  for (let stripe = 0; stripe < 4; stripe += 1) {
    const crop = `crop=w=iw/16:h=ih/16:x=iw*${stripe * 2 + 1}/8-ow/2:y=(ih-oh)/2`;
    const { stdout } = await run(tools.ffmpeg, [
      ...['-v', 'error', '-i', path, '-frames:v', '1'],
      ...['-vf', `${crop},signalstats,metadata=print:file=-`, '-f', 'null', '-'],
    ]);
    const average = (plane: string): number =>
      Number(new RegExp(`signalstats\\.${plane}AVG=([\\d.]+)`).exec(stdout)?.[1]);
    const [luma, blue, red] = [
      (average('Y') - 16) / 219,
      (average('U') - 128) / 224,
      (average('V') - 128) / 224,
    ];
    colours.push({ luma, red, blue });
  }
  return colours;
}

describe.each(['smpte2084', 'arib-std-b67'] as const)('a clip of high dynamic range (%s)', (transfer) => {
  it.each(['fit', 'blur'] as const)('looks in a reel as other clips do (%s)', async (framing) => {
    const { path } = await bench.stitch(`${transfer}-${framing}`, [await stripedClip(transfer)], { framing });
    const [video] = await probe(path);
    expect(video).toMatchObject({
      ...{ codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', color_range: 'tv' },
      ...{ color_space: 'bt709', color_transfer: 'bt709', color_primaries: 'bt709' },
    });
    const [black, grey, white, red] = await coloursOf(path);
    expect(black?.luma).toBeLessThanOrEqual(0.02);
    expect(grey?.luma).toBeGreaterThan(0.3);
    expect(grey?.luma).toBeLessThan(0.5);
    expect(white?.luma).toBeGreaterThan(0.7);
    expect(white?.luma).toBeLessThan(0.95);
    for (const neutral of [black, grey, white])
      expect(Math.abs(neutral?.red ?? 1) + Math.abs(neutral?.blue ?? 1)).toBeLessThanOrEqual(0.02);
    // As it is stored, in the wider colours of its kind, it is 0.09.
    expect(red?.red).toBeGreaterThan(0.12);
  });

  it('does so also where its file tells nothing of its colours but their curve', async () => {
    const told = await bench.stitch(`${transfer}-told`, [await stripedClip(transfer)]);
    const untold = await bench.stitch(`${transfer}-untold`, [
      await stripedClip(transfer, { tellsColours: false }),
    ]);
    expect(await coloursOf(untold.path)).toEqual(await coloursOf(told.path));
  });
});
