import { globSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { JOB_QUERIES } from '../../src/contracts/jobs.ts';
import type { ReelStitchInput, ReelStitchResult } from '../../src/contracts/reel-stitch.ts';
import { TASK_QUEUES, type WorkerRole } from '../../src/contracts/task-queues.ts';
import type { ReelClip } from '../../src/domain/reel-clip.ts';
import type { ReelProgress } from '../../src/domain/reel.ts';
import { reelInput } from './scripted-reel.ts';
import { modelServerAt, TestHome } from './stack.ts';
import { TemporalProcess } from './temporal-process.ts';
import { tools } from './tools.ts';
import { until } from './until.ts';
import { WorkerProcess } from './worker-process.ts';

/** Nobody listens there: reels need no model. */
const NO_MODEL_SERVER = modelServerAt(9);

/**
 * One host's home for workers that make reels. Its ffmpeg is the real one; what it is asked to encode is written down,
 * and it can be made to encode a clip so slowly that a test finds it in the midst of it.
 */
export class ReelHome extends TestHome {
  readonly #log: string;
  readonly #held: string;

  /**
   * @param sharing the home of another host with the same artifact store
   * @param beforeEncoding shell commands such as limits, which the encoder inherits
   */
  constructor({ sharing, beforeEncoding = '' }: { sharing?: ReelHome; beforeEncoding?: string } = {}) {
    super({ python: NO_MODEL_SERVER });
    const { artifacts, tools: folder } = this.folders;
    this.#log = join(folder, 'encoded.log');
    this.#held = join(folder, 'held');
    this.replace(
      'ffmpeg',
      `case "$*" in *libx264*)
  printf '%s\\n' "$*" >> '${this.#log}'
  ${beforeEncoding}
  if [ -e '${this.#held}' ]; then
    case "$*" in *"/$(cat '${this.#held}')."*) exec '${tools.ffmpeg}' -readrate 0.01 "$@" ;; esac
  fi
esac
exec '${tools.ffmpeg}' "$@"`,
    );
    mkdirSync(sharing === undefined ? artifacts : dirname(artifacts), { recursive: true });
    if (sharing !== undefined) symlinkSync(sharing.folders.artifacts, artifacts);
  }

  /** The names of the clips that an encoder was started for, in order. */
  encoded(): string[] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, 'utf8').trim().split('\n');
    return lines.map((line) => basename(/ -i file:(\S+)/.exec(line)?.[1] ?? '').replace(/\.\w+$/, ''));
  }

  /** From now on the clip of this name is encoded at a hundredth of its own speed. */
  hold(name: string): void {
    writeFileSync(this.#held, name);
  }

  release(): void {
    rmSync(this.#held);
  }

  /** Files of a part that is being encoded. */
  unfinished(): string[] {
    return globSync('reel_*/part-*/picture.mp4', { cwd: this.folders.work });
  }

  /** What steps have left behind that is no result: scratch, and files that the store has not put in their place. */
  leftovers(): string[] {
    return [...this.scratch(), ...globSync('.temporary/*', { cwd: this.folders.artifacts })];
  }
}

export type ReelHandle = WorkflowHandle<(input: ReelStitchInput) => Promise<ReelStitchResult>>;

/** A reel under way. */
export class StackReel {
  readonly handle: ReelHandle;

  constructor(handle: ReelHandle) {
    this.handle = handle;
  }

  progress(): Promise<ReelProgress> {
    return this.handle.query<ReelProgress>(JOB_QUERIES.progress);
  }

  /** The error code that it failed with, or `cancelled`. */
  async end(): Promise<{ state: string; code: string | null }> {
    await this.handle.result().catch(() => undefined);
    const { state, error } = await this.progress();
    return { state, code: error?.code ?? null };
  }
}

/** A real Temporal server, and workers that make reels, each its own process. */
export class ReelStack {
  readonly #temporal: TemporalProcess;
  readonly #client: Client;
  readonly #workers = new Set<WorkerProcess>();

  private constructor(temporal: TemporalProcess, client: Client) {
    this.#temporal = temporal;
    this.#client = client;
  }

  static async start(): Promise<ReelStack> {
    const temporal = await TemporalProcess.start();
    return new ReelStack(temporal, await temporal.client());
  }

  async worker(
    home: ReelHome,
    {
      role = 'all',
      settings = {},
      launcher = [],
    }: { role?: WorkerRole; settings?: Record<string, string>; launcher?: readonly string[] } = {},
  ): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start({
      ...{ role, home: home.path, temporalAddress: this.#temporal.address, launcher },
      settings: { CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true', ...settings },
    });
    this.#workers.add(worker);
    return worker;
  }

  /** Starts a reel, as the API does. */
  async submit(
    wanted: readonly (Pick<ReelClip, 'locator'> & Partial<ReelClip>)[],
    overrides: Partial<Omit<ReelStitchInput, 'clips'>> = {},
  ): Promise<StackReel> {
    const { clips, ...input } = reelInput(wanted.length, overrides);
    const handle: ReelHandle = await this.#client.workflow.start('reelStitch', {
      workflowId: input.jobId,
      taskQueue: TASK_QUEUES.control,
      args: [{ ...input, clips: clips.map((clip, index) => ({ ...clip, ...wanted[index] })) }],
    });
    return new StackReel(handle);
  }

  /** Ends all workers, so that the next test starts its own. */
  async reset(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.end()));
    this.#workers.clear();
  }

  async close(): Promise<void> {
    await this.reset();
    await this.#temporal.close();
  }
}

/** The encoder that works on a clip, once it has begun to write. */
export const encoderOf = (worker: WorkerProcess, home: ReelHome, name: string): Promise<{ pid: number }> =>
  until(async () => {
    const children = await worker.children();
    const encoder = children.find(
      ({ command }) =>
        command.startsWith(tools.ffmpeg) && command.includes('libx264') && command.includes(`/${name}.`),
    );
    return home.unfinished().length > 0 && encoder;
  });
