import {
  condition,
  defineQuery,
  defineSignal,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChunksReady, RetrySignal, VideoJobInput } from '../contracts/video-intelligence.ts';
import { QUERIES, SEARCH_ATTRIBUTES, SIGNALS } from '../contracts/video-intelligence.ts';
import type { JobError, JobProgress, JobSettings, JobState, StageName } from '../domain/job.ts';
import { changedSettings, OPTIONAL_STAGES } from '../domain/job.ts';
import { estimateCompletion, overallProgress } from '../domain/progress.ts';
import { formatClock } from '../domain/time.ts';
import { raisedPriority, temporalPriorityKey } from '../domain/priority.ts';
import { isHighValue, type Route } from '../domain/route.ts';
import { ArrivingAudio } from './arriving-audio.ts';
import { StageLedger } from './stage-ledger.ts';

const pauseSignal = defineSignal(SIGNALS.pause);
const resumeSignal = defineSignal(SIGNALS.resume);
const skipSignal = defineSignal(SIGNALS.skip);
const retrySignal = defineSignal<[RetrySignal]>(SIGNALS.retry);
const chunksReadySignal = defineSignal<[ChunksReady]>(SIGNALS.chunksReady);

/** What a step that waits for attention is told to do. */
export type Decision = 'retry' | 'skip';

/** Counts that progress is made of. */
interface Counts {
  chunksDone: number;
  chunksCached: number;
  transcribedSeconds: number;
  windowsTotal: number;
  windowsDone: number;
}

/**
 * The state of one job: what signals change, what queries and the Temporal UI show. Holds no results, which
 * flow through the workflow function.
 */
export class JobControl {
  readonly input: VideoJobInput;
  readonly ledger = new StageLedger();
  readonly audio = new ArrivingAudio();
  readonly counts: Counts = {
    chunksDone: 0,
    chunksCached: 0,
    transcribedSeconds: 0,
    windowsTotal: 0,
    windowsDone: 0,
  };
  readonly notices: string[] = [];
  readonly createdAt = workflowInfo().startTime.toISOString();
  settings: JobSettings;
  route: Route = 'short';
  title: string | null = null;
  durationSeconds: number | null = null;
  #state: JobState = 'running';
  #stage: StageName = 'metadata';
  #paused = false;
  #error: JobError | null = null;
  /** Steps that wait for a decision; a decision is for all of them. */
  #waiting = 0;
  #decision: { number: number; decision: Decision } = { number: 0, decision: 'retry' };
  #transcriptionStartedAtMs: number | null = null;
  #pausedAtMs: number | null = null;
  /** Progress does not fall when the media turns out longer than was said. */
  #highestProgress = 0;

  constructor(input: VideoJobInput) {
    this.input = input;
    this.settings = { ...input.settings };
    setHandler(defineQuery<JobProgress>(QUERIES.progress), () => this.progress());
    setHandler(defineQuery(QUERIES.acquired), () => this.audio.acquired());
    setHandler(defineQuery<VideoJobInput>(QUERIES.input), () => ({ ...this.input, settings: this.settings }));
    setHandler(chunksReadySignal, (chunks) => {
      this.audio.add(chunks);
      this.publish();
    });
    setHandler(pauseSignal, () => {
      this.#paused = true;
      this.#pausedAtMs ??= Date.now();
      this.#refreshState();
    });
    setHandler(resumeSignal, () => {
      this.#paused = false;
      this.#leaveOutPause();
      this.#refreshState();
    });
    setHandler(retrySignal, (settings) => this.#decide('retry', settings));
    setHandler(skipSignal, () => {
      if (OPTIONAL_STAGES.includes(this.#stage)) this.#decide('skip', {});
    });
    this.#upsert();
  }

  /** Waits while the job is paused. Called before every step. */
  async whenNotPaused(): Promise<void> {
    await condition(() => !this.#paused);
  }

  /** Waits for somebody to decide about a step that is out of retries. */
  async needsAttention(error: JobError): Promise<Decision> {
    this.#error = error;
    this.#waiting += 1;
    this.#refreshState();
    const seen = this.#decision.number;
    try {
      await condition(() => this.#decision.number > seen);
      return this.#decision.decision;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#error = null;
      this.#refreshState();
    }
  }

  enter(stage: StageName): void {
    this.#stage = stage;
    if (stage === 'transcribe') this.#transcriptionStartedAtMs ??= Date.now();
    this.#upsert();
  }

  /** Takes over what the metadata or the media itself says: duration decides the route, the title the value (H2, H3). */
  learn(facts: { title?: string; durationSeconds?: number | null; route?: Route }): void {
    if (facts.title !== undefined) this.title = facts.title;
    if (facts.durationSeconds !== undefined) this.durationSeconds = facts.durationSeconds;
    if (facts.route !== undefined) this.route = facts.route;
    this.#upsert();
  }

  get state(): JobState {
    return this.#state;
  }

  get error(): JobError | null {
    return this.#error;
  }

  /** The transcription model: as asked for, else by the title's value (H3). */
  get model(): string {
    const { highValueModel, defaultModel } = this.input.policy;
    return this.settings.model ?? (this.#isHighValue ? highValueModel : defaultModel);
  }

  /** The server decides turns by these (S2). */
  get priority(): { priorityKey: number; fairnessKey: string; fairnessWeight?: number } {
    const { account, userId } = this.input;
    return {
      priorityKey: temporalPriorityKey(this.#productPriority),
      fairnessKey: userId,
      ...(account ? { fairnessWeight: account.weight } : {}),
    };
  }

  get #isHighValue(): boolean {
    return this.title !== null && isHighValue(this.title, this.input.policy.highValueWords);
  }

  /** 1–10, raised for high-value titles (H3). */
  get #productPriority(): number {
    return this.#isHighValue ? raisedPriority(this.input.priority) : this.input.priority;
  }

  end(state: 'completed' | 'failed' | 'cancelled', error: JobError | null = null): void {
    this.#paused = false;
    this.#state = state;
    this.#error = error;
    this.#upsert();
  }

  /** Shows the current progress in the Temporal UI. */
  publish(): void {
    const { state, stage, progress, chunksDone, chunksTotal, error } = this.progress();
    this.#highestProgress = progress;
    const chunks =
      chunksTotal > 0 ? ` · ${chunksDone}/${chunksTotal}${this.audio.complete ? '' : '+'} chunks` : '';
    const transcribed = ` · ${formatClock(this.counts.transcribedSeconds)} transcribed`;
    const attention = error === null ? '' : `\n\n**${error.code}** ${error.message}`;
    setCurrentDetails(
      `**${state}** · ${stage} · ${Math.round(progress)} %${chunks}${transcribed}${attention}`,
    );
  }

  progress(): JobProgress {
    const measured = {
      stage: this.#stage,
      state: this.#state,
      durationSeconds: this.durationSeconds,
      acquiredSeconds: this.audio.acquired().endSeconds,
      acquireComplete: this.audio.complete,
      ...this.counts,
    };
    const estimate = estimateCompletion({
      ...measured,
      nowMs: Date.now(),
      transcriptionStartedAtMs: this.#transcriptionStartedAtMs,
    });
    return {
      ...measured,
      progress: Math.max(this.#highestProgress, overallProgress(measured)),
      route: this.route,
      title: this.title,
      chunksTotal: this.audio.acquired().chunkCount,
      startedAt: this.createdAt,
      estimatedCompletion: estimate === null ? null : new Date(estimate).toISOString(),
      error: this.#error,
      notices: this.notices,
    };
  }

  #decide(decision: Decision, settings: RetrySignal): void {
    if (this.#waiting === 0) return;
    this.settings = changedSettings(this.settings, settings);
    this.#decision = { number: this.#decision.number + 1, decision };
  }

  /** Time spent paused says nothing about how fast the job is. */
  #leaveOutPause(): void {
    if (this.#pausedAtMs === null) return;
    if (this.#transcriptionStartedAtMs !== null)
      this.#transcriptionStartedAtMs += Date.now() - this.#pausedAtMs;
    this.#pausedAtMs = null;
  }

  #refreshState(): void {
    this.#state = this.#waiting > 0 ? 'needs_attention' : this.#paused ? 'paused' : 'running';
    this.#upsert();
  }

  #upsert(): void {
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.state, value: this.#state },
      { key: SEARCH_ATTRIBUTES.stage, value: this.#stage },
      { key: SEARCH_ATTRIBUTES.route, value: this.route },
      { key: SEARCH_ATTRIBUTES.priority, value: this.#productPriority },
      { key: SEARCH_ATTRIBUTES.durationSeconds, value: this.durationSeconds },
    ]);
    this.publish();
  }
}
