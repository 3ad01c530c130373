import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeMedia, sweepingTone } from '../../support/make-media.ts';
import {
  CLIP_SECONDS,
  highRange,
  probe,
  ReelBench,
  SIGNAL_SECONDS,
  signals,
  type Made,
} from '../../support/reel-bench.ts';
import { tools } from '../../support/tools.ts';

const run = promisify(execFile);
const bench = new ReelBench();
const { folder, tool } = bench;
const signal = new AbortController().signal;
const measured = { measuresLoudness: true, signal };

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const AAC = ['-c:a', 'aac', '-ar', '48000', '-ac', '2'];

/** Pictures of a clip at 60 a second: many, few, many, few, as a phone takes them that is short of light or of time. */
const IRREGULAR = {
  filters: ",select='lt(n,8)+not(mod(n,5))+between(n,33,50)'",
  video: [...H264, '-fps_mode', 'vfr'],
};

const MATRIX: Record<string, Made> = {
  fits: {
    size: '1080x1080',
    rate: 25,
    video: [...H264, '-video_track_timescale', '25000'],
    audio: AAC,
    ending: 'mp4',
  },
  upright: {
    size: '360x640',
    rate: 30,
    video: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=error',
      '-pix_fmt',
      'yuv420p10le',
    ],
    audio: ['-c:a', 'aac', '-ac', '1'],
    ending: 'mp4',
    volume: 0.05,
  },
  web: {
    size: '640x360',
    rate: 24,
    video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
    audio: ['-c:a', 'libopus', '-ar', '48000'],
    ending: 'webm',
  },
  silent: { size: '320x240', rate: 15, video: ['-c:v', 'mpeg4'], audio: null, ending: 'avi' },
  broadcast: {
    size: '720x576',
    rate: 50,
    video: [...H264, '-vf', 'setsar=16/11'],
    audio: ['-c:a', 'mp2', '-ar', '48000'],
    ending: 'ts',
  },
  hdr10: {
    ...{ size: '640x360', rate: 24, audio: AAC, ending: 'mp4' },
    ...highRange('smpte2084'),
  },
  hlg: {
    ...{ size: '640x360', rate: 30, audio: AAC, ending: 'mov' },
    ...highRange('arib-std-b67'),
  },
  irregular: { ...{ size: '640x360', rate: 60, audio: AAC, ending: 'mp4' }, ...IRREGULAR },
};

describe('clips of all sorts', () => {
  const paths: Record<string, string> = {};
  beforeAll(async () => {
    for (const [name, made] of Object.entries(MATRIX)) paths[name] = await bench.clip(name, made);
    const rotated = join(folder, 'rotated.mp4');
    await run(tools.ffmpeg, [
      '-v',
      'error',
      '-display_rotation',
      '90',
      '-i',
      paths['upright'] ?? '',
      '-c',
      'copy',
      rotated,
    ]);
    paths['rotated'] = rotated;
  });

  it('become one reel that plays everywhere, each as long as it was, in time with its sound', async () => {
    const { plan, path } = await bench.stitch('all', Object.values(paths));
    // What fits is copied, all else is encoded once.
    expect(plan.parts.map(({ kind }) => kind)).toEqual(['copy', ...Array<string>(8).fill('encode')]);
    const [video, audio] = await probe(path);
    const frames = plan.parts.reduce((sum, part) => sum + part.frames, 0);
    expect(video).toMatchObject({ codec_name: 'h264', width: 1080, height: 1080, pix_fmt: 'yuv420p' });
    expect(audio).toMatchObject({ codec_name: 'aac', sample_rate: '48000', channels: 2 });
    expect(Number(video?.nb_read_frames)).toBe(frames);
    for (const part of plan.parts)
      expect(Math.abs(part.frames / 25 - CLIP_SECONDS)).toBeLessThanOrEqual(1.5 / 25);
    expect(Math.abs(Number(audio?.duration) - frames / 25)).toBeLessThanOrEqual(1 / 25);
    const { flashes, beeps } = await signals(path);
    const starts = plan.parts.map(
      (_, index) => plan.parts.slice(0, index).reduce((sum, part) => sum + part.frames, 0) / 25,
    );
    expect(flashes).toHaveLength(starts.length);
    flashes.forEach((flash, index) =>
      expect(Math.abs(flash - (starts[index] ?? 0) - SIGNAL_SECONDS)).toBeLessThanOrEqual(0.08),
    );
    // One clip is silent.
    const heard = flashes.filter((_, index) => Object.keys(paths)[index] !== 'silent');
    // Silence ends at the end of the reel, too.
    const tones = beeps.filter((time) => time < frames / 25 - 0.1);
    expect(tones).toHaveLength(heard.length);
    tones.forEach((beep, index) => expect(Math.abs(beep - (heard[index] ?? 0))).toBeLessThanOrEqual(0.06));
  });

  it('are as long as from the first sound to the last picture, where the picture begins later', async () => {
    const made = MATRIX['upright'] as Made;
    const picture = await bench.clip('late-picture', { ...made, audio: null });
    const sound = await bench.clip('late-sound', { ...made, seconds: 1.5, signalSeconds: 0.9 });
    const late = await makeMedia(
      join(folder, 'late.mp4'),
      ...['-itsoffset', '0.3', '-i', picture, '-i', sound, '-map', '0:v', '-map', '1:a', '-c', 'copy'],
    );
    const { path } = await bench.stitch('late', [late]);
    const [video] = await probe(path);
    expect(Math.abs(Number(video?.nb_read_frames) / 30 - 1.5)).toBeLessThanOrEqual(1 / 30);
    const { flashes, beeps } = await signals(path);
    expect(Math.abs((flashes[0] ?? 0) - 0.9)).toBeLessThanOrEqual(0.06);
    expect(Math.abs((beeps[0] ?? 0) - 0.9)).toBeLessThanOrEqual(0.06);
  });

  it('sound as they did also behind a title and a clip without sound', async () => {
    const loud = await makeMedia(
      join(folder, 'loud.mp4'),
      ...['-f', 'lavfi', '-i', 'color=black:s=320x240:r=25:d=2'],
      ...sweepingTone(2),
      ...AAC,
    );
    const { plan, path } = await bench.stitch(
      'titled',
      [paths['silent'] ?? '', loud],
      { loudness: 'keep' },
      { title: 'One' },
    );
    expect(plan.parts.map(({ kind }) => kind)).toEqual(['card', 'encode', 'encode']);
    const loudnessOf = async (filePath: string, start: number) => {
      const facts = await tool.describe(filePath, { signal });
      return tool.examine({ filePath, facts }, { start, end: start + 2 }, measured);
    };
    const [own, inReel] = [await loudnessOf(loud, 0), await loudnessOf(path, plan.durationSeconds - 2)];
    expect(Math.abs((own?.integratedLufs ?? 0) - (inReel?.integratedLufs ?? 99))).toBeLessThanOrEqual(0.5);
  });

  it('of which one is 20 dB quieter than the other are equally loud', async () => {
    const { path } = await bench.stitch('even', [paths['fits'] ?? '', paths['upright'] ?? '']);
    const facts = await tool.describe(path, { signal });
    const loudnessOf = async (start: number) =>
      (await tool.examine({ filePath: path, facts }, { start, end: start + CLIP_SECONDS }, measured))
        ?.integratedLufs;
    const [first = 0, second = 0] = [await loudnessOf(0), await loudnessOf(CLIP_SECONDS)];
    expect(Math.abs((first ?? 0) - (second ?? 99))).toBeLessThanOrEqual(2);
  });

  it('fade into one another where that is asked for, no longer than a third of a clip', async () => {
    const { plan, path } = await bench.stitch('fades', [paths['web'] ?? '', paths['upright'] ?? ''], {
      crossfadeSeconds: 2,
      framing: 'blur',
    });
    expect(plan.parts.map(({ kind }) => kind)).toEqual(['encode', 'transition', 'encode']);
    const frames = plan.parts.reduce((sum, part) => sum + part.frames, 0);
    const [video] = await probe(path);
    expect(Number(video?.nb_read_frames)).toBe(frames);
  });

  it('are copied, sound and all, where they agree, and leave the clips as they were', async () => {
    const fits = paths['fits'] ?? '';
    const { plan, path } = await bench.stitch('copied', [fits, fits, fits], { loudness: 'keep' });
    expect(plan.copiesSound).toBe(true);
    const [video] = await probe(path);
    expect(Number(video?.nb_read_frames)).toBe(90);
    expect(readdirSync(join(folder, 'copied'))).toEqual(['joined']);
    expect((await tool.describe(fits, { signal })).video.frameCount).toBe(30);
  });
});

describe('a clip that is no good', () => {
  it.each([true, false])('is found out before any work (loudness measured: %s)', async (measuresLoudness) => {
    const whole = await bench.clip('whole', {
      ...(MATRIX['fits'] as Made),
      video: [...H264, '-movflags', '+faststart'],
    });
    const cut = join(folder, 'cut.mp4');
    await run('/bin/sh', ['-c', 'head -c $(( $(stat -c %s "$1") / 3 )) "$1" > "$2"', 'sh', whole, cut]);
    const looked = async (): Promise<unknown> => {
      const facts = await tool.describe(cut, { signal });
      return tool.examine({ filePath: cut, facts }, { start: 0, end: null }, { measuresLoudness, signal });
    };
    await expect(looked()).rejects.toMatchObject({ code: 'CorruptMedia' });
  });

  it('without a picture is no clip', async () => {
    const sound = await makeMedia(join(folder, 'sound.m4a'), '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac');
    await expect(tool.describe(sound, { signal })).rejects.toMatchObject({ code: 'CorruptMedia' });
  });
});
