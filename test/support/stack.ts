import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure, WorkflowFailedError, type Client } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { workflowBundle } from '../../src/adapters/temporal/workflow-bundle.ts';
import { homeFolders } from '../../src/config/home.ts';
import type { WorkerRole } from '../../src/contracts/task-queues.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import {
  QUERIES,
  VIDEO_INTELLIGENCE,
  type VideoJobInput,
  type VideoJobResult,
} from '../../src/contracts/video-intelligence.ts';
import type { JobProgress } from '../../src/domain/job.ts';
import { transcriptSchema, type Transcript } from '../../src/domain/transcript.ts';
import { startInferenceServer } from './inference-process.ts';
import { ModelLedger } from './model-ledger.ts';
import { TemporalProcess } from './temporal-process.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';
import { WorkerProcess } from './worker-process.ts';
import { jobInput, type JobHandle } from './workflow-harness.ts';

/** All that a job writes, in the order of the names. */
export const RESULT_FILES = [
  'core.json',
  'entities.csv',
  'graph.gexf',
  'knowledge_graph.json',
  'manifest.json',
  'report.md',
  'speakers.rttm',
  'transcript.ass',
  'transcript.json',
  'transcript.lrc',
  'transcript.podcast.json',
  'transcript.srt',
  'transcript.ttml',
  'transcript.txt',
  'transcript.vtt',
  'transcript.whisperx.json',
];

/** A home of its own for the workers of a test: programs and models are shared, data and scratch are not. */
export class TestHome {
  readonly path = testFolder();
  readonly folders = homeFolders(this.path);

  readonly #programs = { ...tools };

  /** @param programs see {@link replace} */
  constructor(programs: Partial<Record<'ffmpeg' | 'python', string>> = {}) {
    mkdirSync(this.folders.tools, { recursive: true });
    this.#tellPrograms();
    for (const [name, script] of Object.entries(programs))
      this.replace(name as keyof typeof programs, script);
  }

  /**
   * Keeps the code of the workflows there, which else the first worker does when it starts. That takes room on the
   * disk, also for the compiler, which a worker of a test unpacks anew.
   */
  async keepWorkflowCode(): Promise<void> {
    await workflowBundle(new DefaultLogger('ERROR'), this.folders.workflowBundles, { traced: false });
  }

  /** Puts a shell script in the place of one of the real programs. */
  protected replace(name: 'ffmpeg' | 'python', script: string): void {
    const path = join(this.folders.tools, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    this.#programs[name] = path;
    this.#tellPrograms();
  }

  /** What jobs have left in scratch, not what the worker's own model server keeps there. */
  scratch(): string[] {
    return readdirSync(this.folders.work).filter((name) => /^(job|reel)_/.test(name));
  }

  remove(): void {
    // What a killed worker has started may write there a moment longer.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10 });
  }

  #tellPrograms(): void {
    writeFileSync(join(this.folders.tools, 'tools.json'), JSON.stringify(this.#programs));
  }
}

/** In place of Python: tells workers the port of a model server that runs already. */
export const modelServerAt = (port: number): string => `echo '{"port": ${port}}'\nexec cat > /dev/null`;

/** One job under way. */
export class StackJob {
  readonly id: string;
  readonly handle: JobHandle;
  readonly #userId: string;

  constructor(handle: JobHandle, input: VideoJobInput) {
    this.handle = handle;
    this.id = input.jobId;
    this.#userId = input.userId;
  }

  progress(): Promise<JobProgress> {
    return this.handle.query<JobProgress>(QUERIES.progress);
  }

  result(): Promise<VideoJobResult> {
    return this.handle.result();
  }

  /** The error code that the job failed with; fails when it did not fail. */
  async failureCode(): Promise<string> {
    const error: unknown = await this.handle.result().then(
      ({ manifest }) => {
        throw new Error(`The job completed: ${manifest.uri}`);
      },
      (failure: unknown) => failure,
    );
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
    return error.cause.type ?? '';
  }

  /** Where the results lie in the store of a home. */
  resultFolder(home: TestHome): string {
    return join(home.folders.artifacts, 'results', this.#userId, this.id);
  }

  async file(home: TestHome, name: string): Promise<string> {
    return readFile(join(this.resultFolder(home), name), 'utf8');
  }

  async transcript(home: TestHome): Promise<Transcript> {
    return transcriptSchema.parse(JSON.parse(await this.file(home, 'transcript.json')));
  }
}

/** Everything real: the Temporal server, the model server behind a ledger, and workers, each its own process. */
export class Stack {
  readonly temporal: TemporalProcess;
  readonly ledger: ModelLedger;
  readonly client: Client;
  readonly #closers: (() => Promise<void>)[];
  readonly #workers = new Set<WorkerProcess>();

  private constructor(parts: {
    temporal: TemporalProcess;
    ledger: ModelLedger;
    client: Client;
    closers: (() => Promise<void>)[];
  }) {
    this.temporal = parts.temporal;
    this.ledger = parts.ledger;
    this.client = parts.client;
    this.#closers = parts.closers;
  }

  static async start(): Promise<Stack> {
    const [temporal, model] = await Promise.all([TemporalProcess.start(), startInferenceServer()]);
    const ledger = await ModelLedger.start(model);
    return new Stack({
      temporal,
      ledger,
      client: await temporal.client(),
      closers: [() => ledger.close(), () => model.close(), () => temporal.close()],
    });
  }

  /** A home whose workers' calls for transcripts go through the ledger; without it they start their own server. */
  home(): TestHome {
    return new TestHome({ python: modelServerAt(this.ledger.port) });
  }

  async worker(
    home: TestHome,
    {
      role = 'all',
      settings = {},
      launcher = [],
    }: {
      role?: WorkerRole;
      settings?: Record<string, string>;
      launcher?: readonly string[];
    } = {},
  ): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start({
      role,
      home: home.path,
      temporalAddress: this.temporal.address,
      launcher,
      settings: {
        CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true',
        ...settings,
      },
    });
    this.#workers.add(worker);
    return worker;
  }

  /** Starts a job, as the API does. */
  async submit(source: VideoJobInput['source'], overrides: Partial<VideoJobInput> = {}): Promise<StackJob> {
    const input = jobInput({ source, ...overrides });
    const handle: JobHandle = await this.client.workflow.start(VIDEO_INTELLIGENCE, {
      workflowId: input.jobId,
      taskQueue: TASK_QUEUES.control,
      args: [input],
    });
    return new StackJob(handle, input);
  }

  /** Ends all workers, so that the next test starts its own, and lets the ledger begin anew. */
  async reset(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.end()));
    this.#workers.clear();
    this.ledger.clear();
  }

  async close(): Promise<void> {
    await this.reset();
    for (const close of this.#closers) await close();
  }
}
