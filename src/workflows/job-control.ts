import {
  condition,
  defineQuery,
  defineSignal,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { JOB_QUERIES, JOB_SIGNALS, SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import { stopText } from '../domain/emergency-stop.ts';
import { isTerminal, type JobError, type JobState, type ProgressOfJob } from '../domain/job.ts';
import type { JobInput } from '../contracts/job-input.ts';
import { CostMeter } from './cost-meter.ts';
import { InstallationStop } from './installation-stop.ts';
import { StageLedger } from './stage-ledger.ts';

const pauseSignal = defineSignal(JOB_SIGNALS.pause);
const resumeSignal = defineSignal(JOB_SIGNALS.resume);
const skipSignal = defineSignal(JOB_SIGNALS.skip);
const retrySignal = defineSignal<[object]>(JOB_SIGNALS.retry);

/** What a step that waits for attention is told to do. */
export type Decision = 'retry' | 'skip';

/** What tells one kind of job from another in what its jobs have in common. */
export interface JobStages<Stage extends string> {
  /** In order. */
  all: readonly Stage[];
  /** Those that a user may skip when they are out of retries. */
  optional: readonly Stage[];
}

/** What the server needs to decide turns (S2). */
export interface JobPriority {
  priorityKey: number;
  fairnessKey: string;
  fairnessWeight?: number;
}

/**
 * The state of one job of any kind: what signals change, what queries and the Temporal UI show. Holds no
 * results, which flow through the workflow function. A kind adds its settings, counts and progress, and calls
 * {@link begin} at the end of its constructor.
 */
export abstract class JobControl<Stage extends string, Settings extends object> {
  readonly ledger: StageLedger<Stage>;
  readonly costs = new CostMeter(this);
  readonly stop = new InstallationStop();
  readonly notices: string[] = [];
  readonly createdAt = workflowInfo().startTime.toISOString();
  settings: Settings;
  readonly #stages: JobStages<Stage>;
  #state: JobState = 'running';
  #stage: Stage;
  #paused = false;
  #error: JobError | null = null;
  /** Stages of the steps that wait for a decision; a decision is for all of them. */
  #waiting: string[] = [];
  #decision: { number: number; decision: Decision } = { number: 0, decision: 'retry' };
  /** Since when the job has been held, by its user or by a stop. */
  #heldSinceMs: number | null = null;
  /** Progress does not fall when there turns out to be more to do. */
  #highestProgress = 0;

  protected constructor(stages: JobStages<Stage>, settings: Settings) {
    this.#stages = stages;
    this.#stage = stages.all[0] as Stage;
    this.settings = { ...settings };
    this.ledger = new StageLedger(stages.all);
  }

  abstract readonly input: Pick<JobInput, 'jobId' | 'account'>;
  abstract get priority(): JobPriority;
  /** The task queue of steps that do not ask for another. */
  abstract get taskQueue(): string;
  /** The answer of the progress query. */
  abstract progress(): ProgressOfJob;
  /** The answer of the input query: what a repetition of the job starts from. */
  protected abstract currentInput(): object;
  protected abstract changedSettings(settings: Settings, changes: Settings): Settings;
  /** Search attributes of the kind; state and stage are common. */
  protected abstract searchAttributes(): SearchAttributeUpdatePair[];
  /** What the Temporal UI shows beside state, stage and per cent. */
  protected abstract detail(): string;
  /** Told how long the job was held: such time says nothing about how fast the job is. */
  protected abstract leaveOut(heldMs: number): void;
  /** Called when a stage is entered. */
  protected entered(_stage: Stage): void {
    // Kinds that time their stages take note here.
  }

  /** Called when the job begins to wait for somebody, whatever number of its steps do. */
  protected attentionNeeded(_error: JobError): void {
    // Kinds that tell people do so here.
  }

  /** Takes signals and answers queries from here on. */
  protected begin(): void {
    setHandler(defineQuery(JOB_QUERIES.progress), () => this.progress());
    setHandler(defineQuery(JOB_QUERIES.input), () => this.currentInput());
    setHandler(pauseSignal, () => {
      this.#paused = true;
      this.#refreshHold();
    });
    setHandler(resumeSignal, () => {
      this.#paused = false;
      this.#refreshHold();
    });
    this.stop.begin(() => this.#refreshHold());
    setHandler(retrySignal, (changes) => this.#decide('retry', changes as Settings));
    setHandler(skipSignal, () => {
      // Voices are heard while the job is at another stage: what counts is which steps wait.
      if (this.#waiting.every((stage) => this.#stages.optional.some((optional) => optional === stage)))
        this.#decide('skip', undefined);
    });
    this.upsert();
  }

  get state(): JobState {
    return this.#state;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get error(): JobError | null {
    return this.#error;
  }

  /** Waits while the job is held, by its user or by an emergency stop. Called before every step. */
  async whenNotPaused(): Promise<void> {
    await condition(() => !this.#isHeld);
  }

  /** Waits for somebody to decide about a step that is out of retries. */
  async needsAttention(error: JobError): Promise<Decision> {
    this.#error = error;
    if (this.#waiting.length === 0) this.attentionNeeded(error);
    const stage = error.stage ?? this.#stage;
    this.#waiting = [...this.#waiting, stage];
    this.#refreshState();
    const seen = this.#decision.number;
    try {
      await condition(() => this.#decision.number > seen);
      return this.#decision.decision;
    } finally {
      this.#waiting = this.#waiting.toSpliced(this.#waiting.indexOf(stage), 1);
      if (this.#waiting.length === 0) this.#error = null;
      this.#refreshState();
    }
  }

  enter(stage: Stage): void {
    this.#stage = stage;
    this.costs.tellSoon();
    this.entered(stage);
    this.upsert();
  }

  end(state: 'completed' | 'failed' | 'cancelled', error: JobError | null = null): void {
    this.#state = state;
    this.#error = error;
    this.upsert();
  }

  /** Shows the current progress in the Temporal UI. */
  publish(): void {
    const { state, stage, progress, error } = this.progress();
    this.#highestProgress = progress;
    const attention = error === null ? '' : `\n\n**${error.code}** ${error.message}`;
    const stop = this.stop.notice === null ? '' : `\n\n**EmergencyStop** ${stopText(this.stop.notice)}`;
    setCurrentDetails(
      `**${state}** · ${stage} · ${Math.round(progress)} %${this.detail()}${attention}${stop}`,
    );
  }

  /** A value of progress that never falls. */
  protected atLeastAsBefore(progress: number): number {
    return Math.max(this.#highestProgress, progress);
  }

  protected upsert(): void {
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.state, value: this.#state },
      { key: SEARCH_ATTRIBUTES.stage, value: this.#stage },
      ...this.searchAttributes(),
    ]);
    this.publish();
  }

  #decide(decision: Decision, changes: Settings | undefined): void {
    if (this.#waiting.length === 0) return;
    if (changes !== undefined) this.settings = this.changedSettings(this.settings, changes);
    this.#decision = { number: this.#decision.number + 1, decision };
  }

  get #isHeld(): boolean {
    return this.#paused || this.stop.notice !== null;
  }

  #refreshHold(): void {
    if (this.#isHeld) this.#heldSinceMs ??= Date.now();
    else if (this.#heldSinceMs !== null) {
      this.leaveOut(Date.now() - this.#heldSinceMs);
      this.#heldSinceMs = null;
    }
    this.#refreshState();
  }

  #refreshState(): void {
    if (isTerminal(this.#state)) return;
    this.#state = this.#waiting.length > 0 ? 'needs_attention' : this.#isHeld ? 'paused' : 'running';
    this.upsert();
  }
}
