import { defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import { downloadQueue, routeQueue } from '../contracts/task-queues.ts';
import {
  QUERIES,
  SIGNALS,
  type ChunksReady,
  type LiveChunk,
  type VideoJobInput,
} from '../contracts/video-intelligence.ts';
import type { JobProgress, JobSettings, StageName } from '../domain/job.ts';
import { changedSettings, OPTIONAL_STAGES, STAGES } from '../domain/job.ts';
import { raisedPriority } from '../domain/priority.ts';
import { estimateCompletion, overallProgress } from '../domain/progress.ts';
import type { SourceLocator } from '../domain/media.ts';
import { isHighValue, type Route } from '../domain/route.ts';
import { nameOfSource } from '../domain/source-title.ts';
import type { LongestVideo } from '../domain/tiers.ts';
import { formatClock } from '../domain/time.ts';
import { ArrivingAudio } from './arriving-audio.ts';
import { LiveTranscript } from './live-transcript.ts';
import { JobControl } from './job-control.ts';

const amendSignal = defineSignal(SIGNALS.amend);
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
  /** The upload that a download worker has made of the video's sound. */
  brought: SourceLocator | null = null;
  /** Whether a step may have left something on a host of its route. */
  hasScratch = false;
  /** How often somebody said that there are new corrections. */
  amendments = 0;
  /** The route that somebody chose, in place of the duration. */
  #chosenRoute: Route | null;
  #transcriptionStartedAtMs: number | null = null;

  constructor(input: VideoJobInput) {
    super({ all: STAGES, optional: OPTIONAL_STAGES }, input);
    this.input = input;
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
    this.begin();
  }

  /**
   * Takes over what the metadata or the media itself says: duration decides the route, the title the value (H2, H3).
   */
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

  /** How long the video may be; undefined where no tier bounds it. */
  get longestVideo(): LongestVideo | undefined {
    const { tier, longestVideoSeconds } = this.input.account ?? {};
    return tier && longestVideoSeconds ? { tier, seconds: longestVideoSeconds } : undefined;
  }

  get taskQueue(): string {
    return routeQueue(this.route);
  }

  /** Where the site of the video is asked, if that is for a machine of the user's (B2). */
  get downloadQueue(): string | null {
    const { source, userId } = this.input;
    return this.settings.download === 'worker' && source.kind === 'url' ? downloadQueue(userId) : null;
  }

  /** What our own workers may read; null where it is still to be brought. */
  get mediaSource(): SourceLocator | null {
    return this.downloadQueue === null ? this.input.source : this.brought;
  }

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

  override currentInput(): VideoJobInput {
    return { ...this.input, ...super.currentInput(), route: this.#chosenRoute };
  }

  protected override takeRoute(route: Route): void {
    this.route = this.#chosenRoute = route;
  }

  protected override changedSettings(settings: JobSettings, changes: JobSettings): JobSettings {
    return changedSettings(settings, changes);
  }

  protected searchAttributes(): SearchAttributeUpdatePair[] {
    return [
      { key: SEARCH_ATTRIBUTES.route, value: this.route },
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

  protected override entered(stage: StageName): void {
    if (stage === 'transcribe') this.#transcriptionStartedAtMs ??= Date.now();
  }

  get #isHighValue(): boolean {
    return this.title !== null && isHighValue(this.title, this.input.policy.highValueWords);
  }

  /** 1–10, raised for high-value titles (H3). */
  protected override productPriority(asked: number): number {
    return this.#isHighValue ? raisedPriority(asked) : asked;
  }
}
