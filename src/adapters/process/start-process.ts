import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams, SpawnOptionsWithoutStdio } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { ClipScribeError } from '../../domain/errors.ts';
import { terminateGroup, trackUntilExit } from './process-group.ts';
import { launchCommand } from './resource-limits.ts';
import type { LaunchTools, ResourceLimits } from './resource-limits.ts';
import { TextTail } from './text-tail.ts';

export interface ProcessOptions {
  /** Where the program starts, and its HOME and TMPDIR, so that no settings of our user reach it. Made if absent. */
  workDirectory: string;
  /** Aborting sends SIGTERM to the program's whole process group, and SIGKILL soon after. */
  signal: AbortSignal;
  /** Added to the clean environment; our own environment, and so our secrets, are never passed on. */
  environment?: Readonly<Record<string, string>>;
  /** Longest life by the wall clock; absent for programs whose caller bounds them. */
  timeoutMs?: number;
  limits?: ResourceLimits;
  /** Spawns in place of node:child_process, for a library that does so itself. */
  spawn?: (
    command: string,
    commandArguments: string[],
    options: SpawnOptionsWithoutStdio,
  ) => ChildProcessWithoutNullStreams;
  /** Programs that merely must finish some time give way to those that answer somebody. */
  priority?: 'normal' | 'low';
}

export interface ProcessExit {
  exitCode: number;
  /** The end of what the program wrote to standard error, for classification; may hold addresses: never show it. */
  stderrTail: string;
}

export interface RunningProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Settles when the program has ended and standard error is read out; standard output may still hold data.
   * Any exit code resolves: what it means is the caller's knowledge. Rejects with the reason of an abort, or a
   * ClipScribeError `ToolMissing`, `ToolCrashed` (a signal ended it, or the time ran out), `OutOfMemory` or `DiskFull`.
   * It need not be awaited.
   */
  readonly exited: Promise<ProcessExit>;
  /** Ends the program and all it started. */
  readonly stop: () => void;
}

const STDERR_TAIL_LENGTH = 16_384;
/** Tools come with absolute paths; this is for what they call in turn. Our own PATH is not theirs. */
const SYSTEM_PATH = '/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin:/usr/sbin:/sbin';
const LOW_PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL;

const findLaunchTool = (name: string): string | undefined =>
  process.platform === 'linux'
    ? ['/usr/bin', '/bin'].map((folder) => `${folder}/${name}`).find((path) => existsSync(path))
    : undefined;

let launchTools: LaunchTools | undefined;

/**
 * Starts a program without a shell, in a process group of its own and with a clean environment. All child
 * processes of adapters are started here, so that none outlives its job.
 *
 * @param program absolute path, or a name looked up in the system's folders
 */
export const startProcess = (
  program: string,
  programArguments: readonly string[],
  options: ProcessOptions,
): RunningProcess => {
  options.signal.throwIfAborted();
  // Without it, a missing folder would be reported by spawn as a missing program.
  mkdirSync(options.workDirectory, { recursive: true });
  launchTools ??= { prlimit: findLaunchTool('prlimit'), setpriv: findLaunchTool('setpriv') };
  const [command = program, ...commandArguments] = launchCommand(
    program,
    programArguments,
    options.limits ?? {},
    launchTools,
  );
  const child = (options.spawn ?? spawn)(command, commandArguments, {
    cwd: options.workDirectory,
    env: cleanEnvironment(options),
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: 'pipe',
  });
  trackUntilExit(child);
  if (options.priority === 'low' && child.pid !== undefined) lowerPriority(child.pid);
  // EPIPE here means that the program stopped reading; its exit code tells why.
  child.stdin.on('error', () => undefined);
  const stderrTail = new TextTail(STDERR_TAIL_LENGTH);
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderrTail.append(text));

  let stopped = false;
  const stop = (): void => {
    stopped = true;
    terminateGroup(child);
  };
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          stop();
        }, options.timeoutMs);
  options.signal.addEventListener('abort', stop, { once: true });

  const waitForEnd = async (): Promise<ProcessExit> => {
    try {
      const [exitCode, signalName] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      if (!child.stderr.closed) await once(child.stderr, 'close');
      options.signal.throwIfAborted();
      if (timedOut) {
        const seconds = (options.timeoutMs ?? 0) / 1_000;
        throw new ClipScribeError(
          'ToolCrashed',
          `${basename(program)} did not finish within ${seconds} s and was stopped.`,
        );
      }
      // Where nobody here sent it, SIGKILL is how the system takes memory back.
      if (signalName === 'SIGKILL' && !stopped) throw outOfMemory(basename(program));
      // Where the limit of file sizes is not ours, it is how this host shares out its disk.
      if (signalName === 'SIGXFSZ' && options.limits?.fileSizeBytes === undefined)
        throw diskFull(basename(program));
      return judgeExit(basename(program), exitCode, signalName, stderrTail.toString());
    } catch (error) {
      throw startFailure(basename(program), error);
    } finally {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', stop);
    }
  };
  const exited = waitForEnd();
  // A caller that gave up does not wait, and its lost interest must not end this process.
  exited.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited, stop };
};

const cleanEnvironment = (options: ProcessOptions): Record<string, string> => ({
  PATH: SYSTEM_PATH,
  HOME: options.workDirectory,
  TMPDIR: options.workDirectory,
  // English messages, because they are classified; UTF-8, because file names are.
  LANG: 'C.UTF-8',
  ...options.environment,
});

const lowerPriority = (pid: number): void => {
  try {
    setPriority(pid, LOW_PRIORITY);
  } catch {
    // The program has ended already, which `exited` reports.
  }
};

const judgeExit = (
  name: string,
  exitCode: number | null,
  signalName: NodeJS.Signals | null,
  stderrTail: string,
): ProcessExit => {
  if (exitCode === null) {
    throw new ClipScribeError('ToolCrashed', `${name} was ended by ${signalName ?? 'a signal'}.`);
  }
  // What execve(2) refused shows as an exit of the launch tool: 127 when absent, 126 when not executable.
  if (/^(prlimit|setpriv): failed to execute /m.test(stderrTail)) {
    throw exitCode === 127 ? missing(name) : notExecutable(name);
  }
  if (exitCode !== 0 && /No space left on device|Disk quota exceeded|ENOSPC/.test(stderrTail)) {
    throw diskFull(name);
  }
  return { exitCode, stderrTail };
};

const startFailure = (name: string, error: unknown): unknown => {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOENT') return missing(name);
  if (code === 'EACCES') return notExecutable(name);
  return error;
};

const missing = (name: string): ClipScribeError =>
  new ClipScribeError('ToolMissing', `The program ${name} was not found.`);

const outOfMemory = (name: string): ClipScribeError =>
  new ClipScribeError('OutOfMemory', `${name} was ended by the system, which ran out of memory.`);

const diskFull = (name: string): ClipScribeError =>
  new ClipScribeError('DiskFull', `${name} could not write because the disk is full.`);

const notExecutable = (name: string): ClipScribeError =>
  new ClipScribeError('ToolMissing', `The program ${name} is there but may not be executed.`);
