import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import type { ReelStitchInput } from '../contracts/reel-stitch.ts';
import { routeQueue } from '../contracts/task-queues.ts';
import { reelEnd, reelPercent } from '../domain/reel-progress.ts';
import {
  NOTHING_UNDER_WAY,
  OPTIONAL_REEL_STAGES,
  REEL_STAGES,
  type ReelProgress,
  type ReelSettings,
  type ReelStage,
} from '../domain/reel.ts';
import type { JobEventType } from '../domain/notification-event.ts';
import type { Route } from '../domain/route.ts';
import { JobControl } from './job-control.ts';

/** The state of one reel. */
export class ReelJob extends JobControl<ReelStage, ReelSettings> {
  readonly input: ReelStitchInput;
  readonly title: string;
  readonly counts = { clipsReady: 0, secondsToEncode: 0, secondsEncoded: 0 };
  /** Clips that the reel is made without, by their place in the input. */
  readonly leftOut = new Set<number>();
  /** What needs more memory or disk than the hosts of the short queue have goes on on the long one. */
  route: Route;
  durationSeconds: number | null = null;
  #encodingSinceMs: number | null = null;
  /** When the last part was done: the rate is known then, and not again before the next one is. */
  #encodedAtMs: number | null = null;

  constructor(input: ReelStitchInput) {
    super({ all: REEL_STAGES, optional: OPTIONAL_REEL_STAGES }, input);
    this.input = input;
    // Reels that began under an earlier version have no such choice.
    this.route = (input as Partial<ReelStitchInput>).route ?? 'short';
    this.title = `Reel of ${input.clips.length} clips`;
    this.begin();
  }

  get name(): string {
    return this.title;
  }

  get taskQueue(): string {
    return routeQueue(this.route);
  }

  override get completeEvent(): JobEventType {
    return 'reel.complete';
  }

  progress(): ReelProgress {
    const measured = {
      state: this.state,
      stage: this.stage,
      clipsTotal: this.input.clips.length,
      durationSeconds: this.durationSeconds,
      ...NOTHING_UNDER_WAY,
      ...this.counts,
      clipsSkipped: this.leftOut.size,
    };
    const encodingSinceMs = this.#encodingSinceMs;
    const end = reelEnd({ ...measured, encodingSinceMs, countedAtMs: this.#encodedAtMs });
    return {
      ...measured,
      encodingSince: encodingSinceMs === null ? null : new Date(encodingSinceMs).toISOString(),
      progress: this.atLeastAsBefore(reelPercent(measured)),
      route: this.route,
      title: this.title,
      startedAt: this.createdAt,
      estimatedCompletion: end === null ? null : new Date(end).toISOString(),
      error: this.error,
      notices: this.notices,
    };
  }

  /** Takes the steps from now on to bigger hosts. */
  moveToLongQueue(): void {
    if (this.route === 'long') return;
    this.route = 'long';
    this.upsert();
  }

  /** Counts so many seconds of a part that is done. What was stored already took no time, and tells no rate. */
  encoded(seconds: number, cached: boolean): void {
    if (cached) this.counts.secondsToEncode -= seconds;
    else if (seconds > 0) {
      this.counts.secondsEncoded += seconds;
      this.#encodedAtMs = Date.now();
    }
    this.publish();
  }

  /** Says something once, however many parts find it. */
  notice(text: string): void {
    if (!this.notices.includes(text)) this.notices.push(text);
  }

  protected override currentInput(): object {
    return { ...super.currentInput(), route: this.route };
  }

  protected override takeRoute(route: Route): void {
    this.route = route;
  }

  protected searchAttributes(): SearchAttributeUpdatePair[] {
    return [
      { key: SEARCH_ATTRIBUTES.route, value: this.route },
      { key: SEARCH_ATTRIBUTES.durationSeconds, value: this.durationSeconds },
    ];
  }

  protected detail(): string {
    const { clipsReady, secondsToEncode, secondsEncoded } = this.counts;
    const skipped = this.leftOut.size > 0 ? `, ${this.leftOut.size} left out` : '';
    const encoded =
      secondsToEncode > 0 ? ` · ${secondsEncoded.toFixed(0)}/${secondsToEncode.toFixed(0)} s encoded` : '';
    return ` · ${clipsReady}/${this.input.clips.length} clips${skipped}${encoded}`;
  }

  protected leaveOut(heldMs: number): void {
    if (this.#encodingSinceMs !== null) this.#encodingSinceMs += heldMs;
    if (this.#encodedAtMs !== null) this.#encodedAtMs += heldMs;
  }

  protected override entered(stage: ReelStage): void {
    if (stage !== 'encode') return;
    // Again where a clip has turned out to be damaged: what is done by then comes from the cache.
    this.#encodingSinceMs = Date.now();
    this.#encodedAtMs = null;
  }
}
