import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { resolve } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { MediaFacts } from '../../domain/media.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type { MediaInput, MediaTool } from '../../ports/media-tool.ts';
import type { ResourceLimits } from '../process/resource-limits.ts';
import { runToCompletion } from '../process/run-to-completion.ts';
import { startProcess } from '../process/start-process.ts';
import type { ProcessOptions } from '../process/start-process.ts';
import { audioPacketsArguments, encodeFlacArguments, probeArguments } from './arguments.ts';
import { parseAudioPackets } from './audio-packets.ts';
import { decodeAudio } from './decode.ts';
import { classifyFailure } from './failure.ts';
import { completeFlacHeader } from './flac-header.ts';
import { readFileHead } from './media-head.ts';
import { parseProbeOutput } from './probe-output.ts';

export interface FfmpegMediaToolOptions {
  /** Absolute path of ffmpeg; 4.4 to 9 are known to work. */
  ffmpeg: string;
  ffprobe: string;
  /** Where the programs start; they write nothing there, or anywhere. */
  workDirectory: string;
  /** Longer audio is refused: a small file can claim, and decode to, years. */
  maxDurationSeconds?: number;
}

const DEFAULT_MAX_DURATION_SECONDS = 24 * 3_600;
const PROBE_TIMEOUT_MS = 60_000;
const PROBE_MAX_OUTPUT_BYTES = 1_048_576;
const ENCODE_TIMEOUT_MS = 300_000;

const LIMITS: ResourceLimits = {
  addressSpaceBytes: 4 * 1_024 ** 3,
  // Everything leaves through pipes, so a hijacked decoder cannot fill or change a file either.
  fileSizeBytes: 0,
  openFiles: 64,
};

/**
 * Static builds of ffmpeg crash where they load character set converters of another glibc, which they do for the
 * service names in every MPEG transport stream. Nothing is lost: we do not read those names.
 */
const ENVIRONMENT = { GCONV_PATH: '/nonexistent' };

/** MediaTool by ffmpeg and ffprobe. */
export class FfmpegMediaTool implements MediaTool {
  readonly #options: FfmpegMediaToolOptions;
  readonly #maxDurationSeconds: number;

  constructor(options: FfmpegMediaToolOptions) {
    this.#options = options;
    this.#maxDurationSeconds = options.maxDurationSeconds ?? DEFAULT_MAX_DURATION_SECONDS;
  }

  async probe(filePath: string, { signal }: { signal: AbortSignal }): Promise<MediaFacts> {
    await readFileHead(filePath);
    const { exitCode, stdout, stderrTail } = await runToCompletion(
      this.#options.ffprobe,
      probeArguments(resolve(filePath)),
      {
        ...this.#processOptions(signal),
        timeoutMs: PROBE_TIMEOUT_MS,
        maxOutputBytes: PROBE_MAX_OUTPUT_BYTES,
      },
    );
    if (exitCode !== 0) throw classifyFailure(stderrTail);
    const facts = parseProbeOutput(stdout.toString('utf8'));
    if ((facts.durationSeconds ?? 0) > this.#maxDurationSeconds) {
      const limitHours = this.#maxDurationSeconds / 3_600;
      throw new ClipScribeError(
        'MediaTooLarge',
        `The media is longer than the limit of ${limitHours} hours.`,
      );
    }
    return facts;
  }

  async locateAudio(filePath: string, { signal }: { signal: AbortSignal }): Promise<ByteRange[]> {
    await readFileHead(filePath);
    const child = startProcess(this.#options.ffprobe, audioPacketsArguments(resolve(filePath)), {
      ...this.#processOptions(signal),
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    child.stdin.end();
    const ranges = await parseAudioPackets(child.stdout);
    const { exitCode, stderrTail } = await child.exited;
    if (exitCode !== 0) throw classifyFailure(stderrTail);
    return ranges;
  }

  decodeAudio(input: MediaInput, { signal }: { signal: AbortSignal }): Readable {
    return decodeAudio('filePath' in input ? { filePath: resolve(input.filePath) } : input, {
      signal,
      maxDurationSeconds: this.#maxDurationSeconds,
      startFfmpeg: (ffmpegArguments, processSignal) =>
        startProcess(this.#options.ffmpeg, ffmpegArguments, this.#processOptions(processSignal)),
    });
  }

  async saveSound(filePath: string, targetPath: string, { signal }: { signal: AbortSignal }): Promise<void> {
    const child = startProcess(this.#options.ffmpeg, encodeFlacArguments(), this.#processOptions(signal));
    try {
      await Promise.all([
        pipeline(this.decodeAudio({ filePath }, { signal }), child.stdin),
        pipeline(child.stdout, createWriteStream(targetPath)),
      ]);
      const { exitCode } = await child.exited;
      if (exitCode !== 0)
        throw new ClipScribeError('ToolCrashed', 'ffmpeg could not encode the audio to FLAC.');
    } finally {
      child.stop();
      await child.exited.catch(() => undefined);
    }
  }

  async encodeFlac(pcm: Uint8Array, { signal }: { signal: AbortSignal }): Promise<Uint8Array> {
    const { exitCode, stdout } = await runToCompletion(this.#options.ffmpeg, encodeFlacArguments(), {
      ...this.#processOptions(signal),
      timeoutMs: ENCODE_TIMEOUT_MS,
      input: pcm,
      // FLAC falls back to verbatim blocks, so noise grows by block headers only.
      maxOutputBytes: pcm.byteLength * 2 + 65_536,
    });
    // The input is our own PCM, so a refusal is the tool's fault, not the media's.
    if (exitCode !== 0)
      throw new ClipScribeError('ToolCrashed', 'ffmpeg could not encode the audio to FLAC.');
    completeFlacHeader(stdout, pcm);
    return stdout;
  }

  #processOptions(signal: AbortSignal): ProcessOptions {
    return {
      workDirectory: this.#options.workDirectory,
      signal,
      environment: ENVIRONMENT,
      limits: LIMITS,
      priority: 'low',
    };
  }
}
