import { defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import { routeQueue } from '../contracts/task-queues.ts';
import {
  QUERIES,
  SIGNALS,
  type ChunksReady,
  type JobChange,
  type LiveChunk,
  type VideoJobInput,
} from '../contracts/video-intelligence.ts';
import type { JobError, JobProgress, JobSettings, StageName } from '../domain/job.ts';
import { changedSettings, OPTIONAL_STAGES, STAGES } from '../domain/job.ts';
import { raisedPriority, temporalPriorityKey } from '../domain/priority.ts';
import { estimateCompletion, overallProgress } from '../domain/progress.ts';
import { isHighValue, type Route } from '../domain/route.ts';
import { nameOfSource } from '../domain/source-title.ts';
import { formatClock } from '../domain/time.ts';
import { ArrivingAudio } from './arriving-audio.ts';
import { LiveTranscript } from './live-transcript.ts';
import { JobAnnouncer } from './job-announcer.ts';
import { JobControl, type JobPriority } from './job-control.ts';

const amendSignal = defineSignal(SIGNALS.amend);
const changeSignal = defineSignal<[JobChange]>(SIGNALS.change);
const chunksReadySignal = defineSignal<[ChunksReady]>(SIGNALS.chunksReady);

/** Counts that progress is made of. */
interface Counts {
  chunksDone: number;
  chunksCached: number;
  transcribedSeconds: number;
  windowsTotal: number;
  windowsDone: number;
}

/** The state of one video job. */
export class VideoJob extends JobControl<StageName, JobSettings> {
  readonly input: VideoJobInput;
  readonly audio = new ArrivingAudio();
  readonly live = new LiveTranscript();
  readonly announcer = new JobAnnouncer(this, 'job.complete');
  readonly counts: Counts = {
    chunksDone: 0,
    chunksCached: 0,
    transcribedSeconds: 0,
    windowsTotal: 0,
    windowsDone: 0,
  };
  route: Route;
  title: string | null = null;
  durationSeconds: number | null = null;
  /** How often somebody said that there are new corrections. */
  amendments = 0;
  /** The route that somebody chose, in place of the duration. */
  #chosenRoute: Route | null;
  #askedPriority: number;
  #transcriptionStartedAtMs: number | null = null;

  constructor(input: VideoJobInput) {
    super({ all: STAGES, optional: OPTIONAL_STAGES }, input.settings);
    this.input = input;
    this.#askedPriority = input.priority;
    this.#chosenRoute = input.route;
    this.route = input.route ?? 'short';
    setHandler(defineQuery(QUERIES.acquired), () => this.audio.acquired());
    setHandler(defineQuery<LiveChunk[], [number]>(QUERIES.liveTranscript), (from) => this.live.from(from));
    setHandler(amendSignal, () => {
      this.amendments += 1;
    });
    setHandler(chunksReadySignal, (chunks) => {
      this.audio.add(chunks);
      this.publish();
    });
    setHandler(changeSignal, (change) => this.#change(change));
    this.begin();
  }

  /** Takes over what the metadata or the media itself says: duration decides the route, the title the value (H2, H3). */
  learn(facts: { title?: string; durationSeconds?: number | null; route?: Route }): void {
    if (facts.title !== undefined) this.title = facts.title;
    if (facts.durationSeconds !== undefined) this.durationSeconds = facts.durationSeconds;
    if (facts.route !== undefined) this.route = this.#chosenRoute ?? facts.route;
    this.upsert();
  }

  /** A stage begins that works on so many parts of the transcript. */
  countWindows(total: number): void {
    this.counts.windowsTotal = total;
    this.counts.windowsDone = 0;
  }

  /** From which duration on the media is for the other route; null where it stays on this one. */
  get stopFromSeconds(): number | null {
    const staysHere = this.route === 'long' || this.#chosenRoute !== null;
    return staysHere ? null : this.input.policy.longRouteFromSeconds;
  }

  /** The transcription model: as asked for, else by the title's value (H3). */
  get model(): string {
    const { highValueModel, defaultModel } = this.input.policy;
    return this.settings.model ?? (this.#isHighValue ? highValueModel : defaultModel);
  }

  get taskQueue(): string {
    return routeQueue(this.route);
  }

  get priority(): JobPriority {
    const { account, userId } = this.input;
    return {
      priorityKey: temporalPriorityKey(this.#productPriority),
      fairnessKey: userId,
      ...(account ? { fairnessWeight: account.weight } : {}),
    };
  }

  /** For people, also before the title is known. */
  get name(): string | null {
    return this.title ?? nameOfSource(this.input.source);
  }

  progress(): JobProgress {
    const measured = {
      stage: this.stage,
      state: this.state,
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
      progress: this.atLeastAsBefore(overallProgress(measured)),
      route: this.route,
      title: this.title,
      chunksTotal: this.audio.acquired().chunkCount,
      startedAt: this.createdAt,
      estimatedCompletion: estimate === null ? null : new Date(estimate).toISOString(),
      error: this.error,
      notices: this.notices,
    };
  }

  protected currentInput(): VideoJobInput {
    return {
      ...this.input,
      priority: this.#askedPriority,
      route: this.#chosenRoute,
      settings: this.settings,
    };
  }

  protected changedSettings(settings: JobSettings, changes: JobSettings): JobSettings {
    return changedSettings(settings, changes);
  }

  protected searchAttributes(): SearchAttributeUpdatePair[] {
    return [
      { key: SEARCH_ATTRIBUTES.route, value: this.route },
      { key: SEARCH_ATTRIBUTES.priority, value: this.#productPriority },
      { key: SEARCH_ATTRIBUTES.durationSeconds, value: this.durationSeconds },
    ];
  }

  protected detail(): string {
    const { chunksDone, transcribedSeconds } = this.counts;
    const { chunkCount } = this.audio.acquired();
    const chunks =
      chunkCount > 0 ? ` · ${chunksDone}/${chunkCount}${this.audio.complete ? '' : '+'} chunks` : '';
    return `${chunks} · ${formatClock(transcribedSeconds)} transcribed`;
  }

  protected leaveOut(heldMs: number): void {
    if (this.#transcriptionStartedAtMs !== null) this.#transcriptionStartedAtMs += heldMs;
  }

  protected override attentionNeeded(error: JobError): void {
    void this.announcer.announce('job.needs_attention', error);
  }

  protected override entered(stage: StageName): void {
    if (stage === 'transcribe') this.#transcriptionStartedAtMs ??= Date.now();
  }

  get #isHighValue(): boolean {
    return this.title !== null && isHighValue(this.title, this.input.policy.highValueWords);
  }

  /** 1–10, raised for high-value titles (H3). */
  get #productPriority(): number {
    return this.#isHighValue ? raisedPriority(this.#askedPriority) : this.#askedPriority;
  }

  #change({ priority, route, settings }: JobChange): void {
    if (priority !== undefined) this.#askedPriority = priority;
    if (route !== undefined) this.route = this.#chosenRoute = route;
    if (settings !== undefined) this.settings = this.changedSettings(this.settings, settings);
    this.upsert();
  }
}
