import { z } from 'zod';
import { artifactRefSchema } from './artifact.ts';
import { stageRecordSchema } from './core-document.ts';
import { listeningSettingsSchema } from './job.ts';
import { videoMetadataSchema } from './media.ts';
import { routeSchema } from './route.ts';
import { turnSchema } from './speakers.ts';
import { transcriptSchema } from './transcript.ts';

/** A chunk in which somebody speaks. Its audio goes with the working files, long before the results. */
export const spokenChunkSchema = z.object({
  /** Seconds of the video. */
  start: z.number().nonnegative(),
  /** The key of its audio in the store. */
  audioKey: z.string(),
});
export type SpokenChunk = z.infer<typeof spokenChunkSchema>;

/**
 * What the models found in a video, before anybody corrected it: what results are written anew from, also when the
 * video itself, its chunks and the outputs of its stages are no longer there.
 */
export const groundSchema = z.object({
  schemaVersion: z.literal(1),
  /** sha256 of the transcript: ids of segments and speakers mean the same as long as it is the same. */
  fingerprint: z.string(),
  transcript: transcriptSchema,
  /** Who spoke when; null where nobody told speakers apart. */
  turns: z.array(turnSchema).nullable(),
  /** JSON `Diarization`. How people sound goes the way of all outputs of stages, and is not kept with the ground. */
  diarization: artifactRefSchema.nullable(),
  metadata: videoMetadataSchema.nullable(),
  durationSeconds: z.number().nonnegative(),
  spokenChunks: z.array(spokenChunkSchema),
  /** What it was found with; absent where that was not written down yet. */
  settings: listeningSettingsSchema.optional(),
  route: routeSchema,
  notices: z.array(z.string()),
  stages: z.array(stageRecordSchema),
});
export type Ground = z.infer<typeof groundSchema>;

/** Where a job's ground and corrections lie. Like results they are never removed by retention. */
export const correctionsFolder = (userId: string, jobId: string): string => `corrections/${userId}/${jobId}`;
export const groundKey = (userId: string, jobId: string): string =>
  `${correctionsFolder(userId, jobId)}/ground.json`;
export const correctionsKey = (userId: string, jobId: string): string =>
  `${correctionsFolder(userId, jobId)}/corrections.json`;
