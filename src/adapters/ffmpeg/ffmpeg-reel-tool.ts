import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ClipFacts, Loudness } from '../../domain/reel-clip.ts';
import { secondsOf } from '../../domain/reel-part.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type {
  ClipFile,
  EncodedPart,
  EncodeOrder,
  JoinOrder,
  ReelTool,
  ReelToolOptions,
  SourceSpan,
  WrittenSeconds,
} from '../../ports/reel-tool.ts';
import { runToCompletion } from '../process/run-to-completion.ts';
import { startProcess, type ProcessOptions } from '../process/start-process.ts';
import { parseClipFacts } from './clip-facts.ts';
import { classifyFailure } from './failure.ts';
import { readFileHead } from './media-head.ts';
import { parseLoudness } from './loudness-summary.ts';
import { readProgress } from './progress-lines.ts';
import {
  describeArguments,
  encodeArguments,
  examineArguments,
  extractArguments,
  joinArguments,
  stretchPacketsArguments,
} from './reel-arguments.ts';
import { concatList, type ListedFile } from './reel-files.ts';
import type { FilterAbilities } from './reel-filters.ts';
import { partGraph } from './reel-graph.ts';
import { parseStretchPackets } from './stretch-packets.ts';

export interface FfmpegReelToolOptions {
  /** Absolute path of ffmpeg; 4.4 to 9 are known to work. */
  ffmpeg: string;
  ffprobe: string;
  /** Where programs start that write nothing. */
  workDirectory: string;
  /** A folder with the fonts that text is drawn with. */
  fontDirectory: string;
}

const PROBE_TIMEOUT_MS = 60_000;
const MAX_LISTING_BYTES = 1_048_576;
const LIMITS = { addressSpaceBytes: 6 * 1_024 ** 3, openFiles: 512 };
/** See FfmpegMediaTool: static builds must not load another system's converters. */
const ENVIRONMENT = { GCONV_PATH: '/nonexistent' };
/** A clip may end so much before its container says. */
const TOLERATED_LOSS = { seconds: 0.5, share: 0.05 };
/** What ffmpeg says of an MP4, of Matroska and WebM, and of streams of packets that are cut off. */
const BREAKS_OFF = /partial file|File ended prematurely|corrupt input packet|Packet corrupt/i;
const FONT_FOLDER = 'fonts';

/** ReelTool by ffmpeg and ffprobe. */
export class FfmpegReelTool implements ReelTool {
  readonly #options: FfmpegReelToolOptions;
  #abilities: Promise<FilterAbilities> | undefined;

  constructor(options: FfmpegReelToolOptions) {
    this.#options = options;
  }

  async describe(filePath: string, { signal }: { signal: AbortSignal }): Promise<ClipFacts> {
    await readFileHead(filePath);
    const { exitCode, stdout, stderrTail } = await runToCompletion(
      this.#options.ffprobe,
      describeArguments(resolve(filePath)),
      { ...this.#reading(signal), timeoutMs: PROBE_TIMEOUT_MS, maxOutputBytes: MAX_LISTING_BYTES },
    );
    if (exitCode !== 0) throw classifyClipFailure(stderrTail);
    return parseClipFacts(stdout.toString('utf8'));
  }

  async locateStretch(
    filePath: string,
    span: SourceSpan,
    { packetsBehind, signal }: { packetsBehind: number; signal: AbortSignal },
  ): Promise<ByteRange[]> {
    const child = startProcess(this.#options.ffprobe, stretchPacketsArguments(resolve(filePath), span), {
      ...this.#reading(signal),
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    child.stdin.end();
    const ranges = await parseStretchPackets(child.stdout, { end: span.end, packetsBehind });
    const { exitCode, stderrTail } = await child.exited;
    if (exitCode !== 0) throw classifyClipFailure(stderrTail);
    return ranges;
  }

  async examine(
    { filePath, facts }: ClipFile,
    span: SourceSpan,
    { measuresLoudness, signal }: { measuresLoudness: boolean; signal: AbortSignal },
  ): Promise<Loudness | null> {
    const sound = facts.audio === null ? 'none' : measuresLoudness ? 'measured' : 'read';
    const { stderr, written } = await this.#run(
      examineArguments(resolve(filePath), span, sound),
      this.#reading(signal),
    );
    const wantedSeconds = Math.min(span.end ?? Infinity, facts.durationSeconds) - span.start;
    const lostSeconds = wantedSeconds - written.seconds;
    const tolerated = Math.max(TOLERATED_LOSS.seconds, TOLERATED_LOSS.share * wantedSeconds);
    if (BREAKS_OFF.test(stderr) && lostSeconds > tolerated) {
      throw new ClipScribeError('CorruptMedia', `The clip breaks off after ${written.seconds.toFixed(1)} s.`);
    }
    return sound === 'measured' ? parseLoudness(stderr) : null;
  }

  async encode(order: EncodeOrder, options: ReelToolOptions): Promise<EncodedPart> {
    const abilities = await this.#knowAbilities(options.signal);
    const { workDirectory } = options;
    await emptyFolder(workDirectory);
    const videoPath = order.part.kind === 'copy' ? null : join(workDirectory, 'picture.mp4');
    const audioPath = join(workDirectory, 'sound.m4a');
    const drawsOverlay = order.overlay !== null && abilities.drawsText;
    if (drawsOverlay) await this.#placeOverlay(order.overlay ?? '', workDirectory);
    const { inputs, graph } = partGraph(order, {
      abilities,
      overlay: drawsOverlay ? { fileName: OVERLAY_FILE, fontFolder: FONT_FOLDER } : null,
    });
    const { format, settings } = order;
    await this.#run(
      encodeArguments({ inputs, graph, videoPath, audioPath, format, compression: settings.compression }),
      this.#writing(options),
      { onProgress: options.onProgress, classify: classifyEncodeFailure },
    );
    if (videoPath !== null) await this.#requirePictures(videoPath, order.part.frames, options);
    return { videoPath, audioPath, notices: missingAbilities(order, abilities) };
  }

  /**
   * Where a container tells a later end than its pictures have, a stretch may have none, and ffmpeg makes nothing of it
   * without a complaint.
   */
  async #requirePictures(videoPath: string, frames: number, { signal }: ReelToolOptions): Promise<void> {
    const { frameCount } = (await this.describe(videoPath, { signal })).video;
    if (frameCount !== frames)
      throw new ClipScribeError('CorruptMedia', 'The clip has no picture where it is to be shown.');
  }

  async join({ parts, format, subtitles }: JoinOrder, options: ReelToolOptions): Promise<string> {
    const { workDirectory } = options;
    await emptyFolder(workDirectory);
    const isCopy = parts.every(({ audioPath }) => audioPath === null);
    const pictures: ListedFile[] = [];
    for (const [index, { videoPath, isClip, frames }] of parts.entries()) {
      const name = `picture-${index}.mp4`;
      // A clip's own file holds its sound, too, which stays out where all sound is encoded together.
      if (isClip && !isCopy) await this.#extract(videoPath, join(workDirectory, name), format, options);
      else await link(videoPath, join(workDirectory, name));
      pictures.push({ name, seconds: secondsOf(frames, format) });
    }
    const sounds = await Promise.all(
      parts.map(async ({ audioPath, frames }, index) => {
        if (audioPath !== null) await link(audioPath, join(workDirectory, `sound-${index}.m4a`));
        return { name: `sound-${index}.m4a`, seconds: secondsOf(frames, format) };
      }),
    );
    const place = async (name: string, content: string): Promise<string> => {
      await writeFile(join(workDirectory, name), content);
      return join(workDirectory, name);
    };
    const outputPath = join(workDirectory, 'reel.mp4');
    await this.#run(
      joinArguments({
        videoList: await place('pictures.ffconcat', concatList(pictures)),
        audioList: isCopy ? null : await place('sounds.ffconcat', concatList(sounds)),
        subtitles:
          subtitles === null
            ? null
            : { filePath: await place('reel.srt', subtitles.text), language: subtitles.language },
        outputPath,
        timescale: format.timescale,
      }),
      this.#writing(options),
      { onProgress: options.onProgress },
    );
    return outputPath;
  }

  async #extract(
    filePath: string,
    outputPath: string,
    format: JoinOrder['format'],
    options: ReelToolOptions,
  ): Promise<void> {
    await this.#run(extractArguments(resolve(filePath), outputPath, format), this.#writing(options));
  }

  async #placeOverlay(overlay: string, workDirectory: string): Promise<void> {
    await writeFile(join(workDirectory, OVERLAY_FILE), overlay);
    const folder = join(workDirectory, FONT_FOLDER);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(this.#options.fontDirectory)) {
      if (!FONTS.has(name)) continue;
      await copyFile(join(this.#options.fontDirectory, name), join(folder, name));
    }
  }

  /** Runs ffmpeg to its end. @throws ClipScribeError about what it was given where it fails */
  async #run(
    ffmpegArguments: string[],
    options: ProcessOptions,
    {
      onProgress = () => undefined,
      classify = classifyClipFailure,
    }: {
      onProgress?: (progress: WrittenSeconds) => void;
      classify?: (stderrTail: string) => ClipScribeError;
    } = {},
  ): Promise<{ stderr: string; written: WrittenSeconds }> {
    const child = startProcess(this.#options.ffmpeg, ffmpegArguments, options);
    child.stdin.end();
    const written = await readProgress(child.stdout, onProgress);
    const { exitCode, stderrTail } = await child.exited;
    if (exitCode !== 0) throw classify(stderrTail);
    return { stderr: stderrTail, written };
  }

  #knowAbilities(signal: AbortSignal): Promise<FilterAbilities> {
    const asking = (this.#abilities ??= this.#askAbilities(signal));
    // A cancelled question is asked again by the next one.
    asking.catch(() => {
      this.#abilities = undefined;
    });
    return asking;
  }

  async #askAbilities(signal: AbortSignal): Promise<FilterAbilities> {
    const { stdout } = await runToCompletion(this.#options.ffmpeg, ['-hide_banner', '-filters'], {
      ...this.#reading(signal),
      timeoutMs: PROBE_TIMEOUT_MS,
      maxOutputBytes: MAX_LISTING_BYTES,
    });
    const names = new Set(
      stdout
        .toString('utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/)[1] ?? ''),
    );
    return { mapsTones: names.has('zscale') && names.has('tonemap'), drawsText: names.has('ass') };
  }

  #reading(signal: AbortSignal): ProcessOptions {
    return {
      workDirectory: this.#options.workDirectory,
      signal,
      environment: ENVIRONMENT,
      limits: { ...LIMITS, fileSizeBytes: 0 },
      priority: 'low',
    };
  }

  #writing({ workDirectory, signal }: ReelToolOptions): ProcessOptions {
    return { workDirectory, signal, environment: ENVIRONMENT, limits: LIMITS, priority: 'low' };
  }
}

const OVERLAY_FILE = 'overlay.ass';
/** Of the package's many faces, those that text is set in. */
const FONTS = new Set(['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']);

/**
 * A killed attempt may have left links to clips behind, through which the next one would write over them.
 * Removing a link leaves alone what it leads to.
 */
async function emptyFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
}

/** Lists name files beside them; a link costs nothing where the file is large. */
const link = (filePath: string, path: string): Promise<void> => symlink(resolve(filePath), path);

const classifyClipFailure = (stderrTail: string): ClipScribeError =>
  /Cannot allocate memory|std::bad_alloc|malloc of size/.test(stderrTail)
    ? outOfMemory()
    : classifyFailure(stderrTail);

/** What encoders are asked for does not depend on the clip: one that does not open got no memory or no thread. */
const classifyEncodeFailure = (stderrTail: string): ClipScribeError =>
  /Error while opening encoder|Error initializing output stream/.test(stderrTail)
    ? outOfMemory()
    : classifyClipFailure(stderrTail);

const outOfMemory = (): ClipScribeError =>
  new ClipScribeError('OutOfMemory', 'The clip took more memory than the worker may use.');

function missingAbilities({ overlay, files }: EncodeOrder, abilities: FilterAbilities): string[] {
  const hasHighRange = [...files.values()].some(({ facts }) => facts.video.dynamicRange !== null);
  return [
    ...(overlay !== null && !abilities.drawsText
      ? ['Titles and subtitles are not drawn, because this ffmpeg has no libass.']
      : []),
    ...(hasHighRange && !abilities.mapsTones
      ? ['HDR pictures look pale, because this ffmpeg has no zscale to map their tones.']
      : []),
  ];
}
