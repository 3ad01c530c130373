import type { z } from 'zod';
import type { JobInput } from '../../contracts/job-input.ts';
import { reelProposeInputSchema } from '../../contracts/reel-propose.ts';
import { reelStitchInputSchema } from '../../contracts/reel-stitch.ts';
import { videoJobInputSchema } from '../../contracts/video-intelligence.ts';
import {
  changedSettings,
  askedSettingsSchema,
  type JobSettings,
  type ProgressOfJob,
} from '../../domain/job.ts';
import type { AnyStage, JobKindName } from '../../domain/job-kinds.ts';
import { proposalSettingsSchema } from '../../domain/proposal.ts';
import { NOTHING_UNDER_WAY, reelSettingsSchema } from '../../domain/reel.ts';
import type { Route } from '../../domain/route.ts';
import { settingsChanges } from '../../domain/settings-changes.ts';
import type { PendingStep } from './pending-step.ts';
import { reelProgressWithSteps } from './reel-steps.ts';
import { videoProgressWithSteps } from './video-progress.ts';

/** What the API has to know of a kind of jobs, to start one and to tell how far it is. */
export interface JobKind {
  input: z.ZodType<JobInput>;
  /** What `retry` and `change` may change. */
  changes: z.ZodType<Record<string, unknown>>;
  /** Settings with some changed. */
  changedSettings: (settings: object, changes: object) => JobInput['settings'];
  /** Whether `change` may do so between two steps of a job; where not, it may before the first one. */
  settingsChangeUnderWay: boolean;
  /**
   * The stage from which on all of a job is made with a setting as it is, so that `retry` leaves it; absent: none is.
   */
  settingHoldsFrom?: (setting: string) => AnyStage;
  /** From which duration on a job takes the long route; null: its steps touch no media, and it has no route. */
  longRouteFromSeconds: ((input: JobInput) => number) | null;
  /** What the kind adds to its progress, before its workflow has told anything. */
  nothingKnown: (record: { route: Route; durationSeconds: number | null }) => object;
  /** Progress moved on by what running steps heartbeat, where the kind can tell. */
  withStepsUnderWay?: (progress: ProgressOfJob, steps: readonly PendingStep[]) => ProgressOfJob;
}

/** Of a kind whose settings have no groups. */
const changedByName: JobKind['changedSettings'] = (settings, changes) => ({ ...settings, ...changes });

const KINDS: Readonly<Record<JobKindName, JobKind>> = {
  videoIntelligence: {
    input: videoJobInputSchema,
    changes: settingsChanges(askedSettingsSchema),
    changedSettings: (settings, changes) => changedSettings(settings as JobSettings, changes as JobSettings),
    settingsChangeUnderWay: true,
    longRouteFromSeconds: (input) => videoJobInputSchema.parse(input).policy.longRouteFromSeconds,
    nothingKnown: ({ route, durationSeconds }) => ({
      ...{ route, durationSeconds },
      ...{ acquiredSeconds: 0, acquireComplete: false, transcribedSeconds: 0 },
      ...{ chunksTotal: 0, chunksDone: 0, chunksCached: 0, windowsTotal: 0, windowsDone: 0 },
    }),
    withStepsUnderWay: videoProgressWithSteps,
  },
  reelStitch: {
    input: reelStitchInputSchema,
    changes: settingsChanges(reelSettingsSchema),
    changedSettings: changedByName,
    // Its parts have to agree.
    settingsChangeUnderWay: false,
    // What the clips are looked at for, and what is made of them.
    settingHoldsFrom: (setting) => (setting === 'loudness' ? 'download' : 'encode'),
    // What needs a bigger host finds out by itself, and says so.
    longRouteFromSeconds: () => Infinity,
    nothingKnown: ({ route, durationSeconds }) => ({
      ...{ route, durationSeconds, clipsTotal: 0, clipsReady: 0, clipsSkipped: 0 },
      ...{ secondsToEncode: 0, secondsEncoded: 0, encodingSince: null, ...NOTHING_UNDER_WAY },
    }),
    withStepsUnderWay: reelProgressWithSteps,
  },
  reelPropose: {
    input: reelProposeInputSchema,
    changes: settingsChanges(proposalSettingsSchema),
    changedSettings: changedByName,
    settingsChangeUnderWay: true,
    longRouteFromSeconds: null,
    nothingKnown: () => ({ momentCount: null }),
  },
};

export const kindOf = (name: JobKindName): JobKind => KINDS[name];
