import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStatus } from '../../api/jobs/job-schemas.ts';
import type { Settings } from '../../config/settings.ts';
import { coreDocumentSchema } from '../../domain/core-document.ts';
import type { JobSettings } from '../../domain/job.ts';
import { answerOf, type Api } from '../api/api-client.ts';
import { downloadResults } from '../api/download-results.ts';
import { followJob, readStatus } from '../api/follow-job.ts';
import { submitInput, type Input } from '../api/submit-input.ts';
import { ApiSession } from '../api-session.ts';
import { CliError, EXIT, type ExitCode } from '../cli-error.ts';
import type { Notify } from '../notify-option.ts';
import type { ProgressDisplay } from '../terminal/progress-display.ts';
import type { RunJob, RunOutput, RunResults } from './run-output.ts';

export interface RunRequest {
  inputs: readonly Input[];
  outputFolder: string;
  jobSettings: JobSettings;
  /** Whom to tell how the jobs end. */
  notify: Notify | undefined;
  /** The command line that does the same again. */
  command: string;
}

export interface RunSurroundings {
  settings: Settings;
  output: RunOutput;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/**
 * The main job: submits inputs, or goes on with jobs for them that were interrupted, shows their progress, and
 * brings the results. Starts a local stack where none runs, and ends it again.
 *
 * @returns the exit code: that of the worst job
 * @throws CliError when the jobs cannot be submitted or followed
 */
export async function runJobs(
  request: RunRequest,
  { settings, output, signal }: RunSurroundings,
): Promise<ExitCode> {
  const session = new ApiSession(settings, output);
  const ended = new AbortController();
  try {
    const run = new Run(request, session, output, AbortSignal.any([signal, ended.signal]));
    return await Promise.race([run.start(), session.stackFailed]);
  } finally {
    if (session.ownStack !== undefined) output.stopping();
    // What still follows a job of a stack that failed.
    ended.abort(STACK_FAILED);
    await session.close();
  }
}

const STACK_FAILED = Symbol('the stack failed');

class Run {
  readonly #request: RunRequest;
  readonly #session: ApiSession;
  readonly #output: RunOutput;
  readonly #signal: AbortSignal;
  readonly #startedAtMs = Date.now();
  /** When each job was seen to end. */
  readonly #endedAtMs = new Map<string, number>();

  constructor(request: RunRequest, session: ApiSession, output: RunOutput, signal: AbortSignal) {
    this.#request = request;
    this.#session = session;
    this.#output = output;
    this.#signal = signal;
  }

  async start(): Promise<ExitCode> {
    const api = await this.#session.current();
    const jobs: RunJob[] = [];
    for (const input of this.#request.inputs) {
      if (this.#signal.aborted) break;
      jobs.push(await this.#submit(api, input));
    }
    this.#output.submitted(jobs, this.#session.ownStack?.addresses.temporalUiUrl ?? null);
    const statuses = await this.#followAll(jobs);
    if (this.#signal.aborted) {
      const { command } = this.#request;
      if (this.#signal.reason !== STACK_FAILED)
        this.#output.interrupted({ jobs, ownStack: this.#session.ownStack !== undefined, command });
      return EXIT.interrupted;
    }
    const codes: ExitCode[] = [];
    for (const [index, job] of jobs.entries()) codes.push(await this.#finish(job, statuses[index]));
    return [EXIT.failed, EXIT.needsAttention].find((code) => codes.includes(code)) ?? EXIT.done;
  }

  /** Whoever runs the same input again wants to go on: what waits is told to. */
  async #submit(api: Api, input: Input): Promise<RunJob> {
    const { jobSettings, notify } = this.#request;
    const { job, attached } = await submitInput(api, input, {
      settings: jobSettings,
      priority: undefined,
      attach: true,
      notify,
      onUploadProgress: this.#output.uploading(input.given),
    });
    const actions = api.client.api.jobs[':id'];
    const parameters = { param: { id: job.id }, header: {} };
    if (attached && job.status === 'paused') await answerOf(api, actions.resume.$post(parameters));
    if (attached && job.status === 'needs_attention') {
      await answerOf(api, actions.retry.$post({ ...parameters, json: { settings: {} } }));
      await untilRetried(api, job.id, this.#signal);
    }
    return { jobId: job.id, name: input.given, attached };
  }

  async #followAll(jobs: readonly RunJob[]): Promise<(JobStatus | undefined)[]> {
    const display = this.#output.createDisplay(jobs);
    try {
      return await Promise.all(jobs.map((job) => this.#follow(job, display)));
    } finally {
      display.close();
    }
  }

  /** @returns the last status; the job has then ended, waits for attention, or the run was interrupted */
  async #follow({ jobId }: RunJob, display: ProgressDisplay): Promise<JobStatus | undefined> {
    let last: JobStatus | undefined;
    const updates = followJob(jobId, {
      currentApi: () => this.#session.current(),
      signal: this.#signal,
      onReconnect: () => this.#session.lost(),
    });
    for await (const status of updates) {
      last = status;
      display.update(jobId, status);
      if (status.status === 'needs_attention') break;
    }
    this.#endedAtMs.set(jobId, Date.now());
    return last;
  }

  async #finish(job: RunJob, status: JobStatus | undefined): Promise<ExitCode> {
    if (status?.status === 'completed') return this.#deliver(job);
    if (status !== undefined) this.#output.unfinished(job, status, this.#request.command);
    return status?.status === 'needs_attention' ? EXIT.needsAttention : EXIT.failed;
  }

  /** Results that cannot be fetched keep nobody else's back. */
  async #deliver(job: RunJob): Promise<ExitCode> {
    try {
      this.#output.results(await this.#fetch(job));
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.#output.error(error);
      return EXIT.failed;
    }
  }

  async #fetch(job: RunJob): Promise<RunResults> {
    const { inputs, outputFolder } = this.#request;
    const folder = inputs.length === 1 ? resolve(outputFolder) : resolve(outputFolder, job.jobId);
    const files = await downloadResults(await this.#session.current(), job.jobId, folder);
    const core = coreDocumentSchema.parse(JSON.parse(await readFile(join(folder, 'core.json'), 'utf8')));
    return {
      job,
      folder,
      files,
      facts: {
        language: core.language,
        durationSeconds: core.video.durationSeconds,
        speakers: core.speakers.length,
        entities: core.entities.length,
        relations: core.relations.length,
        notices: core.job.notices,
      },
      isOnly: inputs.length === 1,
      seconds: ((this.#endedAtMs.get(job.jobId) ?? Date.now()) - this.#startedAtMs) / 1000,
    };
  }
}

/** A signal is taken by the next worker that is free; until then the job still says that it waits. */
async function untilRetried(api: Api, jobId: string, signal: AbortSignal): Promise<void> {
  for (let look = 0; look < 20 && !signal.aborted; look += 1) {
    if ((await readStatus(api, jobId)).status !== 'needs_attention') return;
    await sleep(250);
  }
}
