import { z } from 'zod';
import type { ArtifactRef } from '../domain/artifact.ts';
import { bucketLocatorSchema, reelClipSchema } from '../domain/reel-clip.ts';
import { MAXIMUM_CLIPS, reelSettingsSchema } from '../domain/reel.ts';
import { routeSchema } from '../domain/route.ts';
import { jobAccountSchema } from './video-intelligence.ts';

/** Where a copy of the finished reel goes besides the results. */
export const reelOutputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string().min(1) }),
  bucketLocatorSchema,
]);
export type ReelOutput = z.infer<typeof reelOutputSchema>;

/** What the installation decides for a reel when it is submitted; frozen into it, so that replays agree. */
const reelPolicySchema = z.object({
  /** Clips in hand at once. */
  concurrency: z.number().int().positive(),
});

/** Input of the workflow (R1). Its workflow id is `jobId`. */
export const reelStitchInputSchema = z.object({
  jobId: z.string(),
  userId: z.string(),
  /** A user's own name for what belongs together; one reel of a project is made at a time. Null: by itself. */
  projectId: z.string().nullable(),
  /** In the order of the reel. */
  clips: z.array(reelClipSchema).min(1).max(MAXIMUM_CLIPS),
  settings: reelSettingsSchema,
  output: reelOutputSchema.nullable(),
  /** 1–10, 10 the most urgent (S2). */
  priority: z.number().int().min(1).max(10),
  /** Chosen by somebody; null: the short one, as long as its hosts suffice. */
  route: routeSchema.nullable().default(null),
  policy: reelPolicySchema,
  account: jobAccountSchema.nullable(),
});
export type ReelStitchInput = z.infer<typeof reelStitchInputSchema>;

/** Result of the workflow. */
export interface ReelStitchResult {
  reel: ArtifactRef;
  manifest: ArtifactRef;
  durationSeconds: number;
  /** Among them why a clip was left out. */
  notices: string[];
}
