import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { TASK_QUEUES } from '../src/contracts/task-queues.ts';
import { VIDEO_INTELLIGENCE } from '../src/contracts/video-intelligence.ts';
import type { SourceLocator } from '../src/domain/media.ts';
import { StackJob, TestHome } from '../test/support/stack.ts';
import { TemporalProcess } from '../test/support/temporal-process.ts';
import { WorkerProcess } from '../test/support/worker-process.ts';
import { jobInput, type JobHandle } from '../test/support/workflow-harness.ts';

/** A warm local stack: Temporal's dev server and one worker with its model loaded. */
export class BenchStack {
  readonly folder = mkdtempSync(join(tmpdir(), 'clipscribe-bench-'));
  readonly home: TestHome;
  readonly worker: WorkerProcess;
  readonly #temporal: TemporalProcess;
  readonly #client: Client;

  private constructor(home: TestHome, temporal: TemporalProcess, client: Client, worker: WorkerProcess) {
    this.home = home;
    this.#temporal = temporal;
    this.#client = client;
    this.worker = worker;
  }

  static async start(): Promise<BenchStack> {
    const temporal = await TemporalProcess.start();
    const client = await temporal.client();
    const home = new TestHome();
    const worker = await WorkerProcess.start({
      role: 'all',
      home: home.path,
      temporalAddress: temporal.address,
      settings: {},
    });
    return new BenchStack(home, temporal, client, worker);
  }

  /** Submits a job; `fresh`: nothing is taken from the stage cache. */
  async submit(source: SourceLocator, { fresh }: { fresh: boolean }): Promise<StackJob> {
    const input = jobInput({
      source,
      redo: fresh ? { from: 'acquire', nonce: `bench-${performance.now()}` } : null,
    });
    const handle: JobHandle = await this.#client.workflow.start(VIDEO_INTELLIGENCE, {
      workflowId: input.jobId,
      taskQueue: TASK_QUEUES.control,
      args: [input],
    });
    return new StackJob(handle, input);
  }

  async run(
    source: SourceLocator,
    options: { fresh: boolean },
  ): Promise<{ wallSeconds: number; file: (name: string) => string }> {
    const startedAt = performance.now();
    const job = await this.submit(source, options);
    await job.result();
    const wallSeconds = (performance.now() - startedAt) / 1000;
    return { wallSeconds, file: (name) => join(job.resultFolder(this.home), name) };
  }

  async close(): Promise<void> {
    await this.worker.end('SIGTERM');
    await this.#temporal.close();
    this.home.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
