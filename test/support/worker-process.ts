import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DOWNLOAD_ROLE, WorkerRole } from '../../src/contracts/task-queues.ts';
import { descendantsOf, OwnedProcess, type Exit, type ListedProcess } from './owned-process.ts';

const MAIN = fileURLToPath(new URL('../../src/workers/main.ts', import.meta.url));

export interface WorkerOptions {
  role: WorkerRole | typeof DOWNLOAD_ROLE;
  home: string;
  temporalAddress: string;
  settings: Record<string, string>;
  /** What stands before the command, such as a shell that sets limits. */
  launcher?: readonly string[];
}

/** A worker in a process of its own, as production runs it. */
export class WorkerProcess {
  readonly #process: OwnedProcess;
  readonly #healthAddress: string;

  private constructor(child: OwnedProcess, healthAddress: string) {
    this.#process = child;
    this.#healthAddress = healthAddress;
  }

  /** Starts a worker, and waits until it takes work. */
  static async start({
    role,
    home,
    temporalAddress,
    settings,
    launcher = [],
  }: WorkerOptions): Promise<WorkerProcess> {
    const child = new OwnedProcess(
      `the ${role} worker`,
      [...launcher, process.execPath, MAIN, '--role', role],
      {
        // Nothing of the tester's own settings: neither variables nor a `.env` file.
        folder: home,
        environment: {
          PATH: process.env['PATH'],
          HOME: join(home, 'user'),
          CLIPSCRIBE_HOME: home,
          CLIPSCRIBE_HEALTH_PORT: '0',
          TEMPORAL_ADDRESS: temporalAddress,
          ...settings,
        },
      },
    );
    const [, port] = await child.untilOutput(/"healthPort":(\d+)/);
    const healthAddress = `http://127.0.0.1:${port}`;
    for (;;) {
      const answer = await fetch(`${healthAddress}/health`).catch(() => undefined);
      if (answer?.ok) return new WorkerProcess(child, healthAddress);
      await child.untilOutput(/./);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.running;
  }

  get output(): string {
    return this.#process.output;
  }

  /** What it tells Prometheus. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.#healthAddress}/metrics`)).text();
  }

  children(): Promise<ListedProcess[]> {
    return descendantsOf(this.pid);
  }

  end(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    return this.#process.end(signal);
  }
}
