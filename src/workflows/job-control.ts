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
import { JOB_QUERIES, JOB_SIGNALS, SEARCH_ATTRIBUTES, type JobChange } from '../contracts/jobs.ts';
import { stopText } from '../domain/emergency-stop.ts';
import { isTerminal, type JobError, type JobState, type ProgressOfJob } from '../domain/job.ts';
import type { JobEventType } from '../domain/notification-event.ts';
import { temporalPriorityKey } from '../domain/priority.ts';
import type { Route } from '../domain/route.ts';
import type { MeasuredRun } from '../domain/run-rates.ts';
import type { JobInput } from '../contracts/job-input.ts';
import { uiText } from '../domain/ui-text.ts';
import { JobAnnouncer } from './job-announcer.ts';
import { CostMeter } from './cost-meter.ts';
import { InstallationStop } from './installation-stop.ts';
import { RunClock } from './run-clock.ts';
import { StageLedger } from './stage-ledger.ts';

const pauseSignal = defineSignal(JOB_SIGNALS.pause);
const resumeSignal = defineSignal(JOB_SIGNALS.resume);
const skipSignal = defineSignal(JOB_SIGNALS.skip);
const retrySignal = defineSignal<[object]>(JOB_SIGNALS.retry);
const changeSignal = defineSignal<[JobChange]>(JOB_SIGNALS.change);

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
  readonly #clock: RunClock<Stage>;
  readonly costs = new CostMeter(this);
  readonly stop = new InstallationStop();
  readonly announcer = new JobAnnouncer(this);
  /** Whether people are told of the job, where it works for an account (B5). */
  readonly isAnnounced: boolean = true;
  readonly notices: string[] = [];
  readonly createdAt = workflowInfo().startTime.toISOString();
  settings: Settings;
  readonly #stages: JobStages<Stage>;
  #state: JobState = 'running';
  #stage: Stage;
  #askedPriority: number;
  #paused = false;
  #error: JobError | null = null;
  /** Stages of the steps that wait for a decision; a decision is for all of them. */
  #waiting: string[] = [];
  #decision: { number: number; decision: Decision } = { number: 0, decision: 'retry' };
  /** Since when the job has been held, by its user or by a stop, or has waited for somebody. */
  #heldSinceMs: number | null = null;
  /** Progress does not fall when there turns out to be more to do. */
  #highestProgress = 0;

  protected constructor(stages: JobStages<Stage>, input: { settings: Settings; priority: number }) {
    this.#stages = stages;
    this.#stage = stages.all[0] as Stage;
    this.#askedPriority = input.priority;
    this.settings = { ...input.settings };
    this.ledger = new StageLedger(stages.all);
    this.#clock = new RunClock(this.#stage);
  }

  abstract readonly input: Pick<JobInput, 'jobId' | 'userId' | 'account'>;
  /** For people: the job's title, else what it is made of. */
  abstract readonly name: string | null;
  /** Of what counts towards the month's use; null where nothing does, and while it is not known. */
  abstract readonly durationSeconds: number | null;
  /** The task queue of steps that do not ask for another. */
  abstract get taskQueue(): string;
  /** The answer of the progress query. */
  abstract progress(): ProgressOfJob;
  /** Search attributes of the kind; state, stage and priority are common. */
  protected abstract searchAttributes(): SearchAttributeUpdatePair[];
  /** What the Temporal UI shows beside state, stage and per cent. */
  protected abstract detail(): string;
  /** Told how long the job was held: such time says nothing about how fast the job is. */
  protected abstract leaveOut(heldMs: number): void;
  /** The answer of the input query: what a repetition of the job starts from. */
  protected currentInput(): object {
    return { ...this.input, priority: this.#askedPriority, settings: this.settings };
  }

  /** The settings with some changed: name by name, where the kind has no groups of them. */
  protected changedSettings(settings: Settings, changes: Partial<Settings>): Settings {
    return { ...settings, ...changes };
  }

  /** Called when somebody chooses where the steps are done from the next one on. */
  protected takeRoute(_route: Route): void {
    // Kinds whose steps run on the queue of a route go on there.
  }

  /** 1–10, from what somebody asked for. */
  protected productPriority(asked: number): number {
    return asked;
  }

  /** Called when a stage is entered. */
  protected entered(_stage: Stage): void {
    // Kinds that time their stages take note here.
  }

  /** What people are told when the job is done. */
  get completeEvent(): JobEventType {
    return 'job.complete';
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
    setHandler(changeSignal, (change) => this.#change(change));
    setHandler(skipSignal, () => {
      // Voices are heard while the job is at another stage: what counts is which steps wait.
      if (this.#waiting.every((stage) => this.#stages.optional.some((optional) => optional === stage)))
        this.#decide('skip', undefined);
    });
    this.upsert();
  }

  get priority(): JobPriority {
    const { account, userId } = this.input;
    return {
      priorityKey: temporalPriorityKey(this.productPriority(this.#askedPriority)),
      fairnessKey: userId,
      ...(account ? { fairnessWeight: account.weight } : {}),
    };
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
    // Once, whatever number of its steps wait.
    if (this.#waiting.length === 0) void this.announcer.announce('job.needs_attention', error);
    const stage = error.stage ?? this.#stage;
    this.#waiting = [...this.#waiting, stage];
    this.#refreshHold();
    const seen = this.#decision.number;
    try {
      await condition(() => this.#decision.number > seen);
      return this.#decision.decision;
    } finally {
      this.#waiting = this.#waiting.toSpliced(this.#waiting.indexOf(stage), 1);
      if (this.#waiting.length === 0) this.#error = null;
      this.#refreshHold();
    }
  }

  enter(stage: Stage): void {
    this.#stage = stage;
    this.#clock.enter(stage);
    this.costs.tellSoon();
    this.entered(stage);
    this.upsert();
  }

  /** How long the run took; null where that tells nothing about later ones. */
  measured(mediaSeconds: number | null): MeasuredRun | null {
    return this.#clock.measure(this.ledger, { queue: this.taskQueue, mediaSeconds });
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
    const attention = error === null ? '' : `\n\n**${error.code}** ${uiText(error.message)}`;
    const stop =
      this.stop.notice === null ? '' : `\n\n**EmergencyStop** ${uiText(stopText(this.stop.notice))}`;
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
      { key: SEARCH_ATTRIBUTES.priority, value: this.productPriority(this.#askedPriority) },
      ...this.searchAttributes(),
    ]);
    this.publish();
  }

  #decide(decision: Decision, changes: Settings | undefined): void {
    if (this.#waiting.length === 0) return;
    if (changes !== undefined) this.settings = this.changedSettings(this.settings, changes);
    this.#decision = { number: this.#decision.number + 1, decision };
  }

  #change({ priority, route, settings }: JobChange): void {
    if (priority !== undefined) this.#askedPriority = priority;
    if (route !== undefined) this.takeRoute(route);
    if (settings !== undefined)
      this.settings = this.changedSettings(this.settings, settings as Partial<Settings>);
    this.upsert();
  }

  get #isHeld(): boolean {
    return this.#paused || this.stop.notice !== null;
  }

  #refreshHold(): void {
    const isWaiting = this.#waiting.length > 0;
    if (this.#isHeld || isWaiting) this.#heldSinceMs ??= Date.now();
    else if (this.#heldSinceMs !== null) {
      this.leaveOut(Date.now() - this.#heldSinceMs);
      this.#heldSinceMs = null;
    }
    if (isTerminal(this.#state)) return;
    if (isWaiting || this.#isHeld) this.#clock.held = true;
    this.#state = isWaiting ? 'needs_attention' : this.#isHeld ? 'paused' : 'running';
    this.upsert();
  }
}
