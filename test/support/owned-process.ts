import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';

/** How a process ended: one of the two is set. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const LONGEST_OUTPUT = 1_000_000;

const alive = new Set<OwnedProcess>();
process.on('exit', () => {
  for (const survivor of alive) survivor.kill('SIGKILL');
});

/** A process that a test started, and ends by its own id; it does not outlive the tests. */
export class OwnedProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = '';
  #exit: Exit | undefined;

  constructor(
    name: string,
    command: readonly string[],
    options: { environment: NodeJS.ProcessEnv; folder: string },
  ) {
    const [program = '', ...programArguments] = command;
    this.#name = name;
    // Its standard input stays open as long as this process lives: the model server ends with it.
    this.#child = spawn(program, programArguments, {
      cwd: options.folder,
      env: options.environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.on('error', () => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-LONGEST_OUTPUT);
      });
    }
    alive.add(this);
    this.exited = new Promise((resolve) => {
      const settle = (exit: Exit): void => {
        alive.delete(this);
        this.#exit = exit;
        resolve(exit);
      };
      this.#child.once('error', (error) => {
        this.#output += String(error);
        settle({ code: null, signal: null });
      });
      this.#child.once('close', (code, signal) => settle({ code, signal }));
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} did not start.\n${this.#output}`);
    return this.#child.pid;
  }

  /** Everything that it wrote lately. */
  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Kills it and waits until it is gone. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.kill(signal);
    return this.exited;
  }

  /** The first match in what it writes; fails when it ends before. */
  async untilOutput(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (!this.running) {
        throw new Error(
          `${this.#name} ended (${JSON.stringify(this.#exit)}).\n${this.#output.slice(-4_000)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export interface ListedProcess {
  pid: number;
  parentPid: number;
  command: string;
}

/** All processes of this machine, zombies left out: they are dead, whoever forgets to bury them. */
async function listProcesses(): Promise<ListedProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line): ListedProcess[] => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[3]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), parentPid: Number(match[2]), command: match[4] ?? '' }];
  });
}

/** All processes below one. */
export async function descendantsOf(pid: number): Promise<ListedProcess[]> {
  const all = await listProcesses();
  const below = (parent: number): ListedProcess[] =>
    all.filter((one) => one.parentPid === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Which of these processes still run. */
export async function stillRunning(processes: readonly ListedProcess[]): Promise<ListedProcess[]> {
  const all = await listProcesses();
  return processes.filter(({ pid, command }) =>
    all.some((one) => one.pid === pid && one.command === command),
  );
}
