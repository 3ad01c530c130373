import { z } from 'zod';
import { videoMetadataSchema } from './media.ts';
import { playlistSchema } from './playlist.ts';
import { uploadIdSchema } from './upload.ts';

/** What the API and a download worker on a user's machine tell each other (B2). */

/** How far the worker is. */
export const downloadProgressSchema = z.object({
  receivedBytes: z.number().int().nonnegative(),
  /** Null where the site does not tell. */
  totalBytes: z.number().int().nonnegative().nullable(),
});

/** One piece of work: what is wanted of an address. */
export const downloadTaskSchema = z.object({
  /** Names the attempt; worth nothing to other users. */
  taskToken: z.string(),
  kind: z.enum(['metadata', 'audio', 'playlist']),
  /** The job or batch that it is for. */
  id: z.string(),
  url: z.string(),
  /** From 1. */
  attempt: z.number().int(),
});
export type DownloadTask = z.infer<typeof downloadTaskSchema>;

/** How an attempt ended. */
export const downloadOutcomeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('metadata'), metadata: videoMetadataSchema }),
  z.strictObject({ outcome: z.literal('audio'), uploadId: uploadIdSchema }),
  z.strictObject({ outcome: z.literal('playlist'), playlist: playlistSchema }),
  z.strictObject({
    outcome: z.literal('failed'),
    /** One of the codes of docs/errors. */
    code: z.string().max(100),
    message: z.string().max(1000),
    retryAfterSeconds: z.number().nonnegative().max(86_400).optional(),
  }),
  /** Because the job was cancelled, or called back. */
  z.strictObject({ outcome: z.literal('cancelled') }),
  /** The worker stops; the next one goes on. */
  z.strictObject({ outcome: z.literal('handed-back') }),
]);
export type DownloadOutcome = z.infer<typeof downloadOutcomeSchema>;
