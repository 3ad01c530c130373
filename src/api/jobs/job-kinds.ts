import type { z } from 'zod';
import type { JobInput } from '../../contracts/job-input.ts';
import { reelProposeInputSchema } from '../../contracts/reel-propose.ts';
import { reelStitchInputSchema } from '../../contracts/reel-stitch.ts';
import { videoJobInputSchema } from '../../contracts/video-intelligence.ts';
import { jobSettingsSchema, type ProgressOfJob } from '../../domain/job.ts';
import type { JobKindName } from '../../domain/job-kinds.ts';
import { proposalSettingsSchema } from '../../domain/proposal.ts';
import { reelSettingsSchema } from '../../domain/reel.ts';
import type { Route } from '../../domain/route.ts';
import type { PendingStep } from './pending-step.ts';
import { reelProgressWithSteps } from './reel-steps.ts';
import { videoProgressWithSteps } from './video-progress.ts';

/** What the API has to know of a kind of jobs, to start one and to tell how far it is. */
export interface JobKind {
  input: z.ZodType<JobInput>;
  /** What `retry` may change. */
  changes: z.ZodType<object>;
  /** From which duration on a job takes the long route. */
  longRouteFromSeconds: (input: JobInput) => number;
  /** What the kind adds to its progress, before its workflow has told anything. */
  nothingKnown: (record: { route: Route; durationSeconds: number | null }) => object;
  /** The stage of each step, by the name of its activity. */
  stageOfActivity: Readonly<Record<string, string>>;
  /** Progress moved on by what running steps heartbeat, where the kind can tell. */
  withStepsUnderWay?: (progress: ProgressOfJob, steps: readonly PendingStep[]) => ProgressOfJob;
}

const KINDS: Readonly<Record<JobKindName, JobKind>> = {
  videoIntelligence: {
    input: videoJobInputSchema,
    changes: jobSettingsSchema.strict(),
    longRouteFromSeconds: (input) => videoJobInputSchema.parse(input).policy.longRouteFromSeconds,
    nothingKnown: ({ route, durationSeconds }) => ({
      ...{ route, durationSeconds },
      ...{ acquiredSeconds: 0, acquireComplete: false, transcribedSeconds: 0 },
      ...{ chunksTotal: 0, chunksDone: 0, chunksCached: 0, windowsTotal: 0, windowsDone: 0 },
    }),
    stageOfActivity: {
      fetchMetadata: 'metadata',
      acquireAudio: 'acquire',
      transcribeChunk: 'transcribe',
      mergeTranscript: 'merge',
      embedSpeakers: 'speakers',
      labelSpeakers: 'speakers',
      keepGround: 'corrections',
      openGround: 'corrections',
      applyCorrections: 'corrections',
      extractEntities: 'entities',
      buildGraph: 'graph',
      writeReport: 'report',
      writeSubtitles: 'subtitles',
      publishResults: 'publish',
    },
    withStepsUnderWay: videoProgressWithSteps,
  },
  reelStitch: {
    input: reelStitchInputSchema,
    changes: reelSettingsSchema.partial().strict(),
    // What needs a bigger host finds out by itself, and says so.
    longRouteFromSeconds: () => Infinity,
    nothingKnown: ({ route, durationSeconds }) => ({
      ...{ route, durationSeconds, clipsTotal: 0, clipsReady: 0, clipsSkipped: 0 },
      ...{ secondsToEncode: 0, secondsEncoded: 0 },
    }),
    stageOfActivity: {
      acquireClip: 'download',
      encodePart: 'encode',
      joinReel: 'join',
      publishReel: 'publish',
    },
    withStepsUnderWay: reelProgressWithSteps,
  },
  reelPropose: {
    input: reelProposeInputSchema,
    changes: proposalSettingsSchema.partial().strict(),
    // Nothing of it touches media.
    longRouteFromSeconds: () => Infinity,
    nothingKnown: () => ({ momentCount: null }),
    stageOfActivity: { proposeMoments: 'propose', publishFiles: 'publish' },
  },
};

export const kindOf = (name: JobKindName): JobKind => KINDS[name];
