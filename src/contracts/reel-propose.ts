import { z } from 'zod';
import type { ArtifactRef } from '../domain/artifact.ts';
import { proposalSettingsSchema, type ProposalSettings } from '../domain/proposal.ts';
import { jobAccountSchema } from './video-intelligence.ts';
import type { Measured, NamedArtifact } from './video-activities.ts';

/** The workflow's type name, as started by clients. Takes the signals and answers the queries of every job. */
export const REEL_PROPOSE = 'reelPropose';

/** Input of the workflow (R10). Its workflow id is `jobId`. */
export const reelProposeInputSchema = z.object({
  jobId: z.string(),
  userId: z.string(),
  /** The completed video job whose results are read; the same user's. */
  sourceJobId: z.string(),
  settings: proposalSettingsSchema,
  /** 1–10, 10 the most urgent (S2). */
  priority: z.number().int().min(1).max(10),
  account: jobAccountSchema.nullable(),
});
export type ReelProposeInput = z.infer<typeof reelProposeInputSchema>;

/** Result of the workflow. */
export interface ReelProposeResult {
  manifest: ArtifactRef;
  notices: string[];
}

export interface ProposeMomentsInput {
  userId: string;
  sourceJobId: string;
  settings: ProposalSettings;
}
export interface ProposeMomentsResult extends Measured {
  /** proposal.json */
  files: NamedArtifact[];
  title: string;
  momentCount: number;
}

/** The step that is a proposal's own. */
export interface ProposalActivities {
  /**
   * Finds the moments of a completed job from its results as they are now, with what people corrected in them. Idempotent.
   *
   * Fails with ArtifactMissing where the results are gone.
   */
  proposeMoments(input: ProposeMomentsInput): Promise<ProposeMomentsResult>;
}
