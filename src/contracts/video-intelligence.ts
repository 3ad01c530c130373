import { z } from 'zod';
import { artifactRefSchema, type ArtifactRef } from '../domain/artifact.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';
import { jobSettingsSchema, stageNameSchema } from '../domain/job.ts';
import { sourceLocatorSchema } from '../domain/media.ts';
import { routeSchema } from '../domain/route.ts';
import { tierNameSchema } from '../domain/tiers.ts';
import { JOB_QUERIES, JOB_SIGNALS } from './jobs.ts';

/** The workflow's type name, as started by clients. */
export const VIDEO_INTELLIGENCE = 'videoIntelligence';

/** What the installation decides for a job when it is submitted; frozen into the job, so that replays agree. */
export const jobPolicySchema = z.object({
  /** Durations from here on take the long route (H2). */
  longRouteFromSeconds: z.number().positive(),
  defaultModel: z.string(),
  /** The better model for high-value titles (H3). */
  highValueModel: z.string(),
  highValueWords: z.array(z.string()),
  /** Chunks in flight at once where the job does not say. */
  concurrency: z.number().int().positive(),
});
export type JobPolicy = z.infer<typeof jobPolicySchema>;

/** For whose account a job works. */
export const jobAccountSchema = z.object({
  /** Whose quota and ceilings count. */
  accountId: z.string(),
  /** The request that asked for this run: what is settled belongs to it. */
  operationId: z.string(),
  /** Whose limits hold; null: nobody's. */
  tier: tierNameSchema.nullable().optional(),
  /** Of the tier; longer videos are refused. Null: no limit. */
  longestVideoSeconds: z.number().positive().nullable(),
  /** Share of the turns between users. */
  weight: z.number().positive(),
  /** Stages that cost money in this installation lately: before their steps the ceilings are looked at (H6). */
  paidStages: z.array(z.string()).optional(),
});

/**
 * Input of the workflow. Its workflow id is `jobId`. Histories are readable: it holds no secret. Where the address of
 * the source carries one, the whole address is kept elsewhere; see `SourceLocator`.
 */
export const videoJobInputSchema = z.object({
  jobId: z.string(),
  userId: z.string(),
  source: sourceLocatorSchema,
  settings: jobSettingsSchema,
  /** 1–10, 10 the most urgent (S2). */
  priority: z.number().int().min(1).max(10),
  /** Chosen by somebody; null: by duration (H2). */
  route: routeSchema.nullable().default(null),
  policy: jobPolicySchema,
  /**
   * Set by `redo`: do the work from this stage on again. `nonce` makes its cache keys new. `fromGround`: go on from
   * what an earlier run has found and kept, without a look at the video.
   */
  redo: z.object({ from: stageNameSchema, nonce: z.string(), fromGround: z.boolean().optional() }).nullable(),
  /** Write the results anew from what an earlier run has found, with the corrections that there are now. */
  amend: z.boolean().default(false),
  /** Null: nobody counts, and the job works without the service's activities. */
  account: jobAccountSchema.nullable().default(null),
});
export type VideoJobInput = z.infer<typeof videoJobInputSchema>;

/** Result of the workflow. */
export interface VideoJobResult {
  manifest: ArtifactRef;
  notices: string[];
}

/** Signals, by name and argument: those of every job, and the video job's own. */
export const SIGNALS = {
  ...JOB_SIGNALS,
  /** Chunks that are stored; from the acquireAudio activity. Repeated indexes are ignored. */
  chunksReady: 'chunksReady',
  /** There are new corrections: what was written without them is written again. */
  amend: 'amend',
} as const;

export type ChunksReady = AudioChunk[];

/** Queries, by name: those of every job, and the video job's own. */
export const QUERIES = {
  ...JOB_QUERIES,
  /** {@link AcquiredAudio}: where a next attempt of acquireAudio goes on. */
  acquired: 'acquired',
  /** {@link LiveChunk}s from an index on, in order of time, up to the first that is not done. */
  liveTranscript: 'liveTranscript',
} as const;

/** A chunk that is done, for those who read along. */
export const liveChunkSchema = z.object({
  index: z.number().int().nonnegative(),
  /** Where it begins, in seconds of the video. */
  start: z.number().nonnegative(),
  /** JSON `ChunkTranscript`; null where nobody speaks. */
  transcript: artifactRefSchema.nullable(),
});
export type LiveChunk = z.infer<typeof liveChunkSchema>;

/** What the workflow has received from acquireAudio. */
export interface AcquiredAudio {
  chunkCount: number;
  /** The end of the last chunk: everything before it is stored. */
  endSeconds: number;
}
