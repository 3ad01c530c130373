import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { FfmpegReelTool } from '../../../src/adapters/ffmpeg/ffmpeg-reel-tool.ts';
import { planReel, type PlannedClip, type ReelPlan } from '../../../src/domain/reel-plan.ts';
import { reelSettingsSchema, type ReelSettings } from '../../../src/domain/reel.ts';
import type { ClipFile } from '../../../src/ports/reel-tool.ts';
import { makeMedia } from '../../support/make-media.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

const run = promisify(execFile);
const folder = testFolder();
const signal = new AbortController().signal;
const fontDirectory = join(
  dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
  'ttf',
);
const tool = new FfmpegReelTool({ ...tools, workDirectory: join(folder, 'work'), fontDirectory });
const SECONDS = 1.2;
/** When a clip flashes and beeps, and for how long. */
const SIGNAL_SECONDS = 0.6;

interface Made {
  size: string;
  rate: number;
  video: string[];
  audio: string[] | null;
  ending: string;
  volume?: number;
}

/** A black picture that is white, and silence that is a tone, from 0.6 s to 0.8 s. */
const clip = (name: string, { size, rate, video, audio, ending, volume = 0.5 }: Made): Promise<string> => {
  const during = `between(t,${SIGNAL_SECONDS},${SIGNAL_SECONDS + 0.2})`;
  return makeMedia(
    join(folder, `${name}.${ending}`),
    ...[
      '-f',
      'lavfi',
      '-i',
      `color=black:s=${size}:r=${rate}:d=${SECONDS},drawbox=c=white:t=fill:enable='${during}'`,
    ],
    ...(audio === null
      ? []
      : ['-f', 'lavfi', '-i', `aevalsrc='${volume}*sin(2*PI*880*t)*${during}':s=44100:d=${SECONDS}`]),
    ...video,
    ...(audio ?? []),
  );
};

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const AAC = ['-c:a', 'aac', '-ar', '48000', '-ac', '2'];

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
};

interface Stitched {
  plan: ReelPlan;
  path: string;
}

async function planned(paths: readonly string[], settings: ReelSettings) {
  const files = new Map<number, ClipFile>();
  const clips: PlannedClip[] = [];
  for (const [index, filePath] of paths.entries()) {
    const facts = await tool.describe(filePath, { signal });
    const loudness = await tool.examine({ filePath, facts }, { start: 0, end: null }, { signal });
    files.set(index, { filePath, facts });
    const locator = { kind: 'file' as const, path: filePath };
    clips.push({
      index,
      facts,
      loudness,
      clip: { name: filePath, locator, start: 0, end: null, title: null, transcript: null },
    });
  }
  return { files, plan: planReel(clips, settings) };
}

async function stitch(
  name: string,
  paths: readonly string[],
  given: Partial<ReelSettings> = {},
): Promise<Stitched> {
  const settings = reelSettingsSchema.parse({ orientation: 'square', compression: 'fast', ...given });
  const { files, plan } = await planned(paths, settings);
  const { format } = plan;
  const parts = [];
  for (const [index, part] of plan.parts.entries()) {
    const source = part.kind === 'copy' ? (files.get(part.stretch.clip)?.filePath ?? '') : '';
    if (plan.copiesSound) {
      parts.push({ videoPath: source, isClip: true, frames: part.frames, audioPath: null });
      continue;
    }
    const workDirectory = join(folder, name, String(index));
    const order = { part, format, settings, files, overlay: null };
    const encoded = await tool.encode(order, { workDirectory, signal, onProgress: () => undefined });
    parts.push({
      videoPath: encoded.videoPath ?? source,
      isClip: encoded.videoPath === null,
      frames: part.frames,
      audioPath: encoded.audioPath,
    });
  }
  const options = { workDirectory: join(folder, name, 'joined'), signal, onProgress: () => undefined };
  return { plan, path: await tool.join({ format, parts, subtitles: null }, options) };
}

interface Probed {
  codec_name: string;
  profile?: string;
  width?: number;
  height?: number;
  pix_fmt?: string;
  sample_rate?: string;
  channels?: number;
  duration: string;
  nb_read_frames: string;
}

async function probe(path: string): Promise<Probed[]> {
  const entries =
    'stream=codec_name,profile,width,height,pix_fmt,sample_rate,channels,duration,nb_read_frames';
  const { stdout } = await run(tools.ffprobe, [
    '-v',
    'error',
    '-count_frames',
    '-show_entries',
    entries,
    '-of',
    'json',
    path,
  ]);
  return (JSON.parse(stdout) as { streams: Probed[] }).streams;
}

/** When the picture turns white and when the tone begins, in seconds of the reel. */
async function signals(path: string): Promise<{ flashes: number[]; beeps: number[] }> {
  const { stderr } = await run(tools.ffmpeg, [
    ...['-hide_banner', '-nostats', '-i', path],
    ...[
      '-vf',
      'crop=iw/4:ih/4,negate,blackdetect=d=0.04:pix_th=0.3',
      '-af',
      'silencedetect=n=-45dB:d=0.1',
      '-f',
      'null',
      '-',
    ],
  ]);
  const times = (pattern: RegExp): number[] => [...stderr.matchAll(pattern)].map((match) => Number(match[1]));
  return { flashes: times(/black_start:([\d.]+)/g), beeps: times(/silence_end: ([\d.]+)/g) };
}

describe('clips of all sorts', () => {
  const paths: Record<string, string> = {};
  beforeAll(async () => {
    for (const [name, made] of Object.entries(MATRIX)) paths[name] = await clip(name, made);
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
    const { plan, path } = await stitch('all', Object.values(paths));
    // What fits is copied, all else is encoded once.
    expect(plan.parts.map(({ kind }) => kind)).toEqual(['copy', ...Array<string>(5).fill('encode')]);
    const [video, audio] = await probe(path);
    const frames = plan.parts.reduce((sum, part) => sum + part.frames, 0);
    expect(video).toMatchObject({ codec_name: 'h264', width: 1080, height: 1080, pix_fmt: 'yuv420p' });
    expect(audio).toMatchObject({ codec_name: 'aac', sample_rate: '48000', channels: 2 });
    expect(Number(video?.nb_read_frames)).toBe(frames);
    for (const part of plan.parts) expect(Math.abs(part.frames / 25 - SECONDS)).toBeLessThanOrEqual(1.5 / 25);
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

  it('of which one is 20 dB quieter than the other are equally loud', async () => {
    const { path } = await stitch('even', [paths['fits'] ?? '', paths['upright'] ?? '']);
    const facts = await tool.describe(path, { signal });
    const loudnessOf = async (start: number) =>
      (await tool.examine({ filePath: path, facts }, { start, end: start + SECONDS }, { signal }))
        ?.integratedLufs;
    const [first = 0, second = 0] = [await loudnessOf(0), await loudnessOf(SECONDS)];
    expect(Math.abs((first ?? 0) - (second ?? 99))).toBeLessThanOrEqual(2);
  });

  it('fade into one another where that is asked for, no longer than a third of a clip', async () => {
    const { plan, path } = await stitch('fades', [paths['web'] ?? '', paths['upright'] ?? ''], {
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
    const { plan, path } = await stitch('copied', [fits, fits, fits], { loudness: 'keep' });
    expect(plan.copiesSound).toBe(true);
    const [video] = await probe(path);
    expect(Number(video?.nb_read_frames)).toBe(90);
    expect(readdirSync(join(folder, 'copied'))).toEqual(['joined']);
    expect((await tool.describe(fits, { signal })).video.frameCount).toBe(30);
  });
});

describe('a clip that is no good', () => {
  it('is found out before any work', async () => {
    const whole = await clip('whole', {
      ...(MATRIX['fits'] as Made),
      video: [...H264, '-movflags', '+faststart'],
    });
    const cut = join(folder, 'cut.mp4');
    await run('/bin/sh', ['-c', 'head -c $(( $(stat -c %s "$1") / 3 )) "$1" > "$2"', 'sh', whole, cut]);
    const looked = async (): Promise<unknown> => {
      const facts = await tool.describe(cut, { signal });
      return tool.examine({ filePath: cut, facts }, { start: 0, end: null }, { signal });
    };
    await expect(looked()).rejects.toMatchObject({ code: 'CorruptMedia' });
  });

  it('without a picture is no clip', async () => {
    const sound = await makeMedia(join(folder, 'sound.m4a'), '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac');
    await expect(tool.describe(sound, { signal })).rejects.toMatchObject({ code: 'CorruptMedia' });
  });
});
