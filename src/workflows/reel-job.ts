import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import type { ReelStitchInput } from '../contracts/reel-stitch.ts';
import { routeQueue } from '../contracts/task-queues.ts';
import { temporalPriorityKey } from '../domain/priority.ts';
import { reelEnd, reelPercent } from '../domain/reel-progress.ts';
import {
  changedReelSettings,
  OPTIONAL_REEL_STAGES,
  REEL_STAGES,
  type ReelProgress,
  type ReelSettings,
  type ReelStage,
} from '../domain/reel.ts';
import type { JobError } from '../domain/job.ts';
import type { Route } from '../domain/route.ts';
import { JobAnnouncer } from './job-announcer.ts';
import { JobControl, type JobPriority } from './job-control.ts';

/** The state of one reel. */
export class ReelJob extends JobControl<ReelStage, ReelSettings> {
  readonly input: ReelStitchInput;
  readonly title: string;
  readonly announcer = new JobAnnouncer(this, 'reel.complete');
  readonly counts = { clipsReady: 0, clipsSkipped: 0, secondsToEncode: 0, secondsEncoded: 0 };
  /** Starts on the short queue; what needs more memory or disk goes on on the long one, whose hosts are bigger. */
  route: Route = 'short';
  durationSeconds: number | null = null;
  #encodingSinceMs: number | null = null;

  constructor(input: ReelStitchInput) {
    super({ all: REEL_STAGES, optional: OPTIONAL_REEL_STAGES }, input.settings);
    this.input = input;
    this.title = `Reel of ${input.clips.length} clips`;
    this.begin();
  }

  get name(): string {
    return this.title;
  }

  get taskQueue(): string {
    return routeQueue(this.route);
  }

  get priority(): JobPriority {
    const { account, userId, priority } = this.input;
    return {
      priorityKey: temporalPriorityKey(priority),
      fairnessKey: userId,
      ...(account ? { fairnessWeight: account.weight } : {}),
    };
  }

  progress(): ReelProgress {
    const measured = {
      state: this.state,
      stage: this.stage,
      clipsTotal: this.input.clips.length,
      ...this.counts,
    };
    const end = reelEnd({ ...measured, nowMs: Date.now(), encodingSinceMs: this.#encodingSinceMs });
    return {
      ...measured,
      progress: this.atLeastAsBefore(reelPercent(measured)),
      route: this.route,
      title: this.title,
      durationSeconds: this.durationSeconds,
      startedAt: this.createdAt,
      estimatedCompletion: end === null ? null : new Date(end).toISOString(),
      error: this.error,
      notices: this.notices,
    };
  }

  /** Says something once, however many parts find it. */
  notice(text: string): void {
    if (!this.notices.includes(text)) this.notices.push(text);
  }

  protected currentInput(): ReelStitchInput {
    return { ...this.input, settings: this.settings };
  }

  protected changedSettings(settings: ReelSettings, changes: Partial<ReelSettings>): ReelSettings {
    return changedReelSettings(settings, changes);
  }

  protected searchAttributes(): SearchAttributeUpdatePair[] {
    return [
      { key: SEARCH_ATTRIBUTES.route, value: this.route },
      { key: SEARCH_ATTRIBUTES.priority, value: this.input.priority },
      { key: SEARCH_ATTRIBUTES.durationSeconds, value: this.durationSeconds },
    ];
  }

  protected detail(): string {
    const { clipsReady, clipsSkipped, secondsToEncode, secondsEncoded } = this.counts;
    const skipped = clipsSkipped > 0 ? `, ${clipsSkipped} left out` : '';
    const encoded =
      secondsToEncode > 0 ? ` · ${secondsEncoded.toFixed(0)}/${secondsToEncode.toFixed(0)} s encoded` : '';
    return ` · ${clipsReady}/${this.input.clips.length} clips${skipped}${encoded}`;
  }

  protected leaveOut(heldMs: number): void {
    if (this.#encodingSinceMs !== null) this.#encodingSinceMs += heldMs;
  }

  protected override attentionNeeded(error: JobError): void {
    void this.announcer.announce('job.needs_attention', error);
  }

  protected override entered(stage: ReelStage): void {
    if (stage === 'encode') this.#encodingSinceMs ??= Date.now();
  }
}
