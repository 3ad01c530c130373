import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

/** Above this a log file is begun anew when its process is started by a new stack. */
const MAXIMUM_LOG_BYTES = 8 * 1024 ** 2;
/** A process that ran for this long was well: its next death counts as the first. */
const STEADY_MS = 30_000;
const MAXIMUM_QUICK_DEATHS = 5;
const FIRST_RESTART_MS = 500;
/** The exit code by which our processes say that the settings are at fault, so that a restart cannot help. */
const WRONG_SETTINGS = 2;
/** pino's. */
const FATAL_LEVEL = 60;

export interface ProcessOptions {
  name: string;
  program: string;
  parameters: readonly string[];
  environment: NodeJS.ProcessEnv;
  logPath: string;
  /** Every line that the process prints. */
  onLine?: ((line: string) => void) | undefined;
  /** Each JSON object that the process prints, from every run of it. */
  onRecord: (record: Record<string, unknown>) => void;
  /** The process died and is started again in `restartMs`. */
  onDeath: (death: { code: number | null; restartMs: number }) => void;
  /** The process is not started any more; `reason` is a sentence. */
  onGivenUp: (reason: string) => void;
}

/**
 * A child process that is kept alive: its output goes to a log file, and when it dies it is started again,
 * later and later. Its standard input is a pipe whose end tells it that its owner is gone.
 */
export class SupervisedProcess {
  readonly #options: ProcessOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #restart: NodeJS.Timeout | undefined;
  #quickDeaths = 0;
  #stopping = false;
  #lastReason: string | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
    mkdirSync(dirname(options.logPath), { recursive: true });
    this.#log = createWriteStream(options.logPath, {
      flags: isLarge(options.logPath) ? 'w' : 'a',
      mode: 0o600,
    });
    this.#start();
  }

  /**
   * Asks the process to drain and waits for its end; kills it when it takes longer than `patienceMs`.
   * Idempotent.
   */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      // Windows has no SIGTERM that a process could hear; there the end of the pipe says it.
      if (process.platform === 'win32') child.stdin?.end();
      else child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await this.#exited;
      clearTimeout(force);
    }
    this.#log.end();
  }

  #start(): void {
    const { program, parameters, environment } = this.#options;
    const startedAt = Date.now();
    // A group of its own: Ctrl-C in the terminal is for the stack, which then ends its processes in order.
    const child = spawn(program, parameters, {
      env: environment,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    // A process that dies before it reads its input is told of by its exit.
    child.stdin.on('error', () => undefined);
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => this.#take(line));
    }
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#lastReason = `${this.#options.name} cannot be started: ${error.message}`;
        resolve();
        this.#died(null, startedAt);
      });
      child.once('close', (code) => {
        resolve();
        if (child.pid !== undefined) this.#died(code, startedAt);
      });
    });
  }

  #take(line: string): void {
    this.#log.write(`${line}\n`);
    this.#options.onLine?.(line);
    const record = recordOf(line);
    if (record === undefined) return;
    // The last words of a process; what it warns of before is no reason to end.
    const isFatal = record['level'] === undefined || record['level'] === FATAL_LEVEL;
    if (isFatal && typeof record['reason'] === 'string') this.#lastReason = record['reason'];
    this.#options.onRecord(record);
  }

  #died(code: number | null, startedAt: number): void {
    if (this.#stopping) return;
    this.#quickDeaths = Date.now() - startedAt > STEADY_MS ? 1 : this.#quickDeaths + 1;
    if (code === WRONG_SETTINGS || this.#quickDeaths > MAXIMUM_QUICK_DEATHS) {
      this.#options.onGivenUp(this.#lastReason ?? `The ${this.#options.name} does not stay alive.`);
      return;
    }
    const restartMs = FIRST_RESTART_MS * 2 ** (this.#quickDeaths - 1);
    this.#options.onDeath({ code, restartMs });
    this.#restart = setTimeout(() => this.#start(), restartMs);
  }
}

const isLarge = (path: string): boolean =>
  (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAXIMUM_LOG_BYTES;

/** A line of a JSON log. */
function recordOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
