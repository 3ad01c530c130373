import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import { startProcess, type RunningProcess } from '../process/start-process.ts';
import type { Endpoint } from './endpoint.ts';

export interface InferenceProcessOptions {
  /** Absolute path of the interpreter with the locked environment. */
  python: string;
  modelsDirectory: string;
  /** The server's home and temporary folder. */
  workDirectory: string;
  /** A speech model to load before the first request. */
  preloadModel?: string;
  /** A speaker encoder in ONNX; undefined: the one that set-up installs. */
  speakerEncoderFile?: { path: string; sameVoiceSimilarity: number } | undefined;
  /** Processor cores to use; all by default. */
  threads?: number;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** Holds the package `clipscribe_inference`. */
export const INFERENCE_FOLDER = join(import.meta.dirname, '..', '..', '..', 'inference');
/** Python imports native libraries from a cold disk on a busy machine; normally it takes two seconds. */
const READY_TIMEOUT_MS = 120_000;
/** Waits before the next start after so many failed ones in a row. */
const BACKOFF_MS = [0, 500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A server that lived this long had started well: its end counts as the first failure. */
const STABLE_AFTER_MS = 60_000;

const readyLineSchema = z.object({ port: z.number().int().positive() });

interface Running {
  readonly endpoint: Endpoint;
  readonly process: RunningProcess;
}

/**
 * Runs the model server of `inference/`: starts it when it is first needed, again when it died, and ends it
 * with this object. The server listens on a loopback port under a random key; it ends by itself when its
 * standard input closes, so it does not outlive us even when we are killed.
 *
 * A request that is under way when the server dies fails with `ModelUnavailable`; the next one starts it again.
 */
export class InferenceProcess {
  readonly #options: InferenceProcessOptions;
  readonly #life = new AbortController();
  #starting: Promise<Running> | undefined;
  #current: Running | undefined;
  #failures = 0;

  constructor(options: InferenceProcessOptions) {
    this.#options = options;
  }

  /**
   * The endpoint of the running server, started if need be.
   *
   * @throws ClipScribeError `ModelUnavailable` where it does not start (retried), `ToolMissing` without Python
   */
  readonly endpoint = async (signal: AbortSignal): Promise<Endpoint> => {
    signal.throwIfAborted();
    if (this.#life.signal.aborted) throw unavailable('The model server was shut down.');
    if (this.#current !== undefined) return this.#current.endpoint;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return (await abortable(this.#starting, signal)).endpoint;
  };

  /** Starts the server in the background, so that the first request finds it ready; trouble shows there. */
  warmUp(): void {
    this.endpoint(this.#life.signal).catch(() => undefined);
  }

  /** Ends the server: SIGTERM, then SIGKILL. */
  async close(): Promise<void> {
    this.#life.abort();
    const running = this.#current;
    await this.#starting?.catch(() => undefined);
    await running?.process.exited.catch(() => undefined);
  }

  async #start(): Promise<Running> {
    await sleep(BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)], undefined, {
      signal: this.#life.signal,
    });
    const startedAtMs = performance.now();
    const key = randomBytes(32).toString('hex');
    const child = this.#spawn(key);
    try {
      const port = await readPort(child);
      const running: Running = { endpoint: { baseUrl: `http://127.0.0.1:${port}`, key }, process: child };
      this.#current = running;
      this.#watch(running, startedAtMs);
      this.#options.logger.info(
        { port, milliseconds: Math.round(performance.now() - startedAtMs) },
        'model server ready',
      );
      return running;
    } catch (error) {
      this.#failures += 1;
      child.stop();
      this.#options.logger.warn(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'model server did not start',
      );
      throw error;
    }
  }

  #spawn(key: string): RunningProcess {
    const { python, modelsDirectory, workDirectory, preloadModel, threads, speakerEncoderFile } =
      this.#options;
    const serverArguments = ['-m', 'clipscribe_inference', '--models-directory', modelsDirectory];
    if (preloadModel !== undefined) serverArguments.push('--preload', preloadModel);
    if (speakerEncoderFile !== undefined) {
      const { path, sameVoiceSimilarity } = speakerEncoderFile;
      serverArguments.push('--speaker-encoder', path, String(sameVoiceSimilarity));
    }
    if (threads !== undefined) serverArguments.push('--threads', String(threads));
    return startProcess(python, serverArguments, {
      workDirectory,
      signal: this.#life.signal,
      environment: {
        PYTHONPATH: INFERENCE_FOLDER,
        PYTHONUNBUFFERED: '1',
        CLIPSCRIBE_INFERENCE_KEY: key,
        // Voices are heard beside transcription, which has all cores: more threads would wait for each other.
        OPENBLAS_NUM_THREADS: '1',
      },
    });
  }

  /** Notes the end of a server, so that the next request starts a new one. */
  #watch(running: Running, startedAtMs: number): void {
    const ended = (reason: unknown): void => {
      if (this.#current === running) this.#current = undefined;
      if (this.#life.signal.aborted) return;
      this.#failures = performance.now() - startedAtMs > STABLE_AFTER_MS ? 1 : this.#failures + 1;
      this.#options.logger.warn({ reason }, 'model server ended; the next request starts it again');
    };
    running.process.exited.then(
      ({ exitCode, stderrTail }) => ended({ exitCode, stderr: stderrTail.slice(-2_000) }),
      (error: unknown) => ended(error instanceof Error ? error.message : 'unknown'),
    );
  }
}

/** Reads the line with the port; then keeps the pipe empty. */
async function readPort(child: RunningProcess): Promise<number> {
  const timeout = AbortSignal.timeout(READY_TIMEOUT_MS);
  const line = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (text.includes('\n')) return;
      text += part;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  const ended = child.exited.then(({ exitCode, stderrTail }) => {
    const reason = stderrTail.trim().split('\n').at(-1) ?? '';
    throw unavailable(
      `The model server did not start (exit code ${exitCode}). ${reason.slice(0, 300)}`.trim(),
    );
  });
  const firstLine = await abortable(Promise.race([line, ended]), timeout).catch((error: unknown) => {
    throw timeout.aborted ? unavailable('The model server did not get ready in time.') : error;
  });
  return readyLineSchema.parse(JSON.parse(firstLine)).port;
}

/** A promise that is given up when the signal is aborted; what it waits for goes on. */
async function abortable<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let giveUp = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

const unavailable = (message: string): ClipScribeError => new ClipScribeError('ModelUnavailable', message);
