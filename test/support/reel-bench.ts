import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { FfmpegReelTool } from '../../src/adapters/ffmpeg/ffmpeg-reel-tool.ts';
import { planReel, type PlannedClip, type ReelPlan } from '../../src/domain/reel-plan.ts';
import { reelSettingsSchema, type ReelSettings } from '../../src/domain/reel.ts';
import type { ClipFile } from '../../src/ports/reel-tool.ts';
import { makeMedia } from './make-media.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';

const run = promisify(execFile);

/** How long made clips are where nothing else is said, and when they flash and beep. */
export const CLIP_SECONDS = 1.2;
export const SIGNAL_SECONDS = 0.6;
/** For how long they do. */
const SIGNAL_LENGTH_SECONDS = 0.2;

/** How a clip is made. */
export interface Made {
  size: string;
  rate: number;
  video: string[];
  audio: string[] | null;
  ending: string;
  volume?: number;
  /** Filters behind the picture, each with a comma before it. */
  filters?: string;
  seconds?: number;
  signalSeconds?: number;
}

/** Ten bits in the colours of BT.2020, as phones and cameras film with a high dynamic range. */
export const highRange = (
  transfer: 'smpte2084' | 'arib-std-b67',
  /** Whether the file tells which colours they are. */
  { tellsColours = true } = {},
): Pick<Made, 'video'> & { filters: string } => ({
  filters: ',format=yuv420p10le',
  video: [
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'],
    ...['-color_range', 'tv', '-color_trc', transfer],
    ...(tellsColours ? ['-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'] : []),
    '-x265-params',
    `log-level=error:transfer=${transfer}${tellsColours ? ':colorprim=bt2020:colormatrix=bt2020nc' : ''}`,
  ],
});

/** A clip, or a stretch of it. */
export type Stitchable = string | { path: string; start: number; end: number };

export interface Stitched {
  plan: ReelPlan;
  path: string;
}

const fontDirectory = join(
  dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
  'ttf',
);

/** Makes clips and reels of them with the real ffmpeg, in a folder of its own. */
export class ReelBench {
  readonly folder = testFolder();
  readonly tool = new FfmpegReelTool({ ...tools, workDirectory: join(this.folder, 'work'), fontDirectory });
  readonly #signal = new AbortController().signal;

  /** A black picture that is white for 0.2 s, and silence that is a tone meanwhile. */
  clip(name: string, made: Made): Promise<string> {
    const { size, rate, video, audio, ending, volume = 0.5, filters = '' } = made;
    const { seconds = CLIP_SECONDS, signalSeconds = SIGNAL_SECONDS } = made;
    const during = `between(t,${signalSeconds},${signalSeconds + SIGNAL_LENGTH_SECONDS})`;
    const picture = `color=black:s=${size}:r=${rate}:d=${seconds},drawbox=c=white:t=fill:enable='${during}'${filters}`;
    const tone = `aevalsrc='${volume}*sin(2*PI*880*t)*${during}':s=44100:d=${seconds}`;
    return makeMedia(
      join(this.folder, `${name}.${ending}`),
      ...['-f', 'lavfi', '-i', picture],
      ...(audio === null ? [] : ['-f', 'lavfi', '-i', tone]),
      ...video,
      ...(audio ?? []),
    );
  }

  async stitch(
    name: string,
    wanted: readonly Stitchable[],
    given: Partial<ReelSettings> = {},
    /** Of the first clip. */
    { title }: { title: string | null } = { title: null },
  ): Promise<Stitched> {
    const settings = reelSettingsSchema.parse({ orientation: 'square', compression: 'fast', ...given });
    const { files, plan } = await this.#planned(wanted, settings, title);
    const { format } = plan;
    const parts = [];
    const options = { signal: this.#signal, onProgress: () => undefined };
    for (const [index, part] of plan.parts.entries()) {
      const source = part.kind === 'copy' ? (files.get(part.stretch.clip)?.filePath ?? '') : '';
      if (plan.copiesSound) {
        parts.push({ videoPath: source, isClip: true, frames: part.frames, audioPath: null });
        continue;
      }
      const workDirectory = join(this.folder, name, String(index));
      const order = { part, format, settings, files, overlay: null };
      const encoded = await this.tool.encode(order, { workDirectory, ...options });
      parts.push({
        videoPath: encoded.videoPath ?? source,
        isClip: encoded.videoPath === null,
        frames: part.frames,
        audioPath: encoded.audioPath,
      });
    }
    const workDirectory = join(this.folder, name, 'joined');
    const path = await this.tool.join({ format, parts, subtitles: null }, { workDirectory, ...options });
    return { plan, path };
  }

  async #planned(wanted: readonly Stitchable[], settings: ReelSettings, title: string | null) {
    const files = new Map<number, ClipFile>();
    const clips: PlannedClip[] = [];
    const signal = this.#signal;
    for (const [index, each] of wanted.entries()) {
      const {
        path: filePath,
        start,
        end,
      } = typeof each === 'string' ? { path: each, start: 0, end: null } : each;
      const facts = await this.tool.describe(filePath, { signal });
      const loudness = await this.tool.examine(
        { filePath, facts },
        { start, end },
        { measuresLoudness: true, signal },
      );
      files.set(index, { filePath, facts });
      const locator = { kind: 'file' as const, path: filePath };
      clips.push({
        index,
        facts,
        loudness,
        clip: {
          ...{ name: filePath, locator, start, end, transcript: null },
          title: index === 0 ? title : null,
        },
      });
    }
    return { files, plan: planReel(clips, settings) };
  }
}

interface Probed {
  codec_name: string;
  profile?: string;
  width?: number;
  height?: number;
  pix_fmt?: string;
  color_range?: string;
  color_space?: string;
  color_transfer?: string;
  color_primaries?: string;
  sample_rate?: string;
  channels?: number;
  duration: string;
  nb_read_frames: string;
}

const PROBED =
  'stream=codec_name,profile,width,height,pix_fmt,color_range,color_space,color_transfer,color_primaries,sample_rate,channels,duration,nb_read_frames';

/** What ffprobe says of the tracks of a file. */
export async function probe(path: string): Promise<Probed[]> {
  const { stdout } = await run(tools.ffprobe, [
    ...['-v', 'error', '-count_frames', '-show_entries', PROBED, '-of', 'json', path],
  ]);
  return (JSON.parse(stdout) as { streams: Probed[] }).streams;
}

/** When the picture turns white and when the tone begins, in seconds of the reel. */
export async function signals(path: string): Promise<{ flashes: number[]; beeps: number[] }> {
  const { stderr } = await run(tools.ffmpeg, [
    ...['-hide_banner', '-nostats', '-i', path],
    ...['-vf', 'crop=iw/4:ih/4,negate,blackdetect=d=0.04:pix_th=0.3'],
    ...['-af', 'silencedetect=n=-45dB:d=0.1', '-f', 'null', '-'],
  ]);
  const times = (pattern: RegExp): number[] => [...stderr.matchAll(pattern)].map((match) => Number(match[1]));
  return { flashes: times(/black_start:([\d.]+)/g), beeps: times(/silence_end: ([\d.]+)/g) };
}
