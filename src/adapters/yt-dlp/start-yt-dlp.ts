import { createRequire } from 'node:module';
import type YtDlpWrapModule from 'yt-dlp-wrap';
import { runToCompletion } from '../process/run-to-completion.ts';
import { startProcess } from '../process/start-process.ts';
import type { ProcessOptions, RunningProcess } from '../process/start-process.ts';

/** Required, because Node.js and Vite disagree about the default import of such a CommonJS module. */
const { default: YtDlpWrap } = createRequire(import.meta.url)('yt-dlp-wrap') as typeof YtDlpWrapModule;

/**
 * yt-dlp-wrap spawns the program, and no more: it cancels by a blocking `pgrep`, misses grandchildren, reads
 * progress from text for people, and downloads programs. All of that is done by src/adapters/process.
 */
const spawnWrapped: NonNullable<ProcessOptions['spawn']> = (command, commandArguments, options) => {
  const emitter = new YtDlpWrap(command).exec(commandArguments, options);
  // The exit is reported by the process itself.
  emitter.on('error', () => undefined);
  if (emitter.ytDlpProcess === undefined) throw new Error('yt-dlp-wrap started no process.');
  return emitter.ytDlpProcess;
};

export interface YtDlpRun {
  /** Absolute path of yt-dlp. */
  ytDlp: string;
  workDirectory: string;
  signal: AbortSignal;
  /** Larger files cannot be written. */
  maxBytes: number;
  timeoutMs?: number;
}

const processOptions = ({ workDirectory, signal, maxBytes, timeoutMs }: YtDlpRun): ProcessOptions => ({
  spawn: spawnWrapped,
  workDirectory,
  signal,
  ...(timeoutMs !== undefined && { timeoutMs }),
  // An empty PATH: rtmpdump, mplayer and other helpers that know no proxy are not found.
  environment: { PATH: '', PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
  // No limit of address space: Node reserves far more than it uses.
  limits: { fileSizeBytes: maxBytes, openFiles: 256 },
  priority: 'low',
});

/** Starts yt-dlp; its standard output is read line by line while it runs. */
export const startYtDlp = (ytDlpArguments: readonly string[], run: YtDlpRun): RunningProcess => {
  const child = startProcess(run.ytDlp, ytDlpArguments, processOptions(run));
  child.stdin.end();
  return child;
};

const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;

/** Runs yt-dlp to its end and gives what it printed. */
export const runYtDlp = async (
  ytDlpArguments: readonly string[],
  run: YtDlpRun,
): Promise<{ exitCode: number; output: string; stderrTail: string }> => {
  const { exitCode, stdout, stderrTail } = await runToCompletion(run.ytDlp, ytDlpArguments, {
    ...processOptions(run),
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  return { exitCode, output: stdout.toString('utf8'), stderrTail };
};
