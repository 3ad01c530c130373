import { Transform } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { ClipScribeError } from '../../domain/errors.ts';
import { BYTES_PER_SECOND } from '../../domain/media.ts';
import { NotStreamableError } from '../../ports/media-tool.ts';
import type { MediaInput } from '../../ports/media-tool.ts';
import type { RunningProcess } from '../process/start-process.ts';
import { decodeArguments } from './arguments.ts';
import { indexComesLast, tracksStartApart } from './container.ts';
import { classifyFailure } from './failure.ts';
import { readFileHead, readStreamHead } from './media-head.ts';

export interface DecodeOptions {
  signal: AbortSignal;
  maxDurationSeconds: number;
  /** Starts ffmpeg under the adapter's limits. */
  startFfmpeg: (ffmpegArguments: string[], signal: AbortSignal) => RunningProcess;
}

/** See MediaTool.decodeAudio. */
export const decodeAudio = (input: MediaInput, options: DecodeOptions): Readable => {
  let process: RunningProcess | undefined;
  let pcmBytes = 0;
  const maxPcmBytes = options.maxDurationSeconds * BYTES_PER_SECOND;

  const pcm = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pcmBytes += chunk.byteLength;
      done(pcmBytes > maxPcmBytes ? tooLong(options.maxDurationSeconds) : null, chunk);
    },
    flush(done) {
      judge().then(() => done(), done);
    },
    // The stream has failed or is closed only when ffmpeg is gone: a job is not cancelled before that.
    destroy(error, done) {
      options.signal.removeEventListener('abort', abort);
      if ('stream' in input) input.stream.destroy();
      stopFfmpeg();
      void started
        .then(() => process?.exited)
        .then(
          () => done(error),
          () => done(error),
        );
    },
  });

  const judge = async (): Promise<void> => {
    const exit = await process?.exited;
    // A file that is damaged from some point on still gives what came before, whatever the exit code says.
    if (pcmBytes > 0 || exit === undefined) return;
    if ('stream' in input) throw new NotStreamableError();
    throw classifyFailure(exit.stderrTail);
  };

  const start = async (): Promise<void> => {
    if ('filePath' in input) {
      const head = await readFileHead(input.filePath);
      process = options.startFfmpeg(decodeArguments(input, tracksStartApart(head)), options.signal);
      process.stdin.end();
    } else {
      const { head, whole } = await readStreamHead(input.stream);
      if (indexComesLast(head)) throw new NotStreamableError();
      process = options.startFfmpeg(decodeArguments('stdin', tracksStartApart(head)), options.signal);
      feed(whole, process.stdin).catch(fail);
    }
    process.exited.catch(fail);
    process.stdout.on('error', fail).pipe(pcm);
    if (pcm.destroyed) stopFfmpeg();
  };

  const stopFfmpeg = (): void => {
    process?.stop();
    // ffmpeg that waits for room in a full pipe does not hear SIGTERM; a closed pipe ends the wait.
    process?.stdout.destroy();
  };

  const fail = (error: unknown): void => void pcm.destroy(error as Error);
  const abort = (): void => fail(options.signal.reason);
  options.signal.addEventListener('abort', abort, { once: true });
  const started = start().catch(fail);
  if (options.signal.aborted) abort();
  return pcm;
};

/** Writes until the source or the reader ends. Rejects with the source's error only: ffmpeg's exit tells its own. */
const feed = async (source: AsyncIterable<Uint8Array>, stdin: Writable): Promise<void> => {
  for await (const chunk of source) {
    if (stdin.destroyed) return;
    if (!stdin.write(chunk)) await drained(stdin);
  }
  stdin.end();
};

const drained = (stdin: Writable): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      stdin.off('drain', done).off('close', done);
      resolve();
    };
    stdin.on('drain', done).on('close', done);
  });

const tooLong = (maxDurationSeconds: number): ClipScribeError =>
  new ClipScribeError(
    'MediaTooLarge',
    `The audio is longer than the limit of ${maxDurationSeconds / 3_600} hours.`,
  );
