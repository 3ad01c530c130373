import { z } from 'zod';
import type { ArtifactRef } from '../domain/artifact.ts';
import { proposalSettingsSchema, type ProposalSettings } from '../domain/proposal.ts';
import { jobAccountSchema } from './video-intelligence.ts';
import type { Measured } from './measured.ts';
import type { NamedArtifact } from './job-results.ts';

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
export interface ProposedMoments {
  /** proposal.json */
  files: NamedArtifact[];
  momentCount: number;
}
export interface ProposeMomentsResult extends ProposedMoments, Measured {
  title: string;
  /** In so many windows a language model reads the transcript; absent where none is asked. */
  windowCount?: number;
  /** About what it does not read. */
  notices?: string[];
}

export interface ChooseMomentsInput extends ProposeMomentsInput {
  /** Which one of the windows, from 0. */
  window: number;
}
export interface ChooseMomentsResult extends Measured {
  /** JSON `Moment[]`; null where the local score has to choose. */
  choice: ArtifactRef | null;
  notices: string[];
}

export interface RankMomentsInput extends ProposeMomentsInput {
  /** Of each window, in order. */
  choices: (ArtifactRef | null)[];
}
export interface RankMomentsResult extends Measured {
  /** Null where the moments of the local score stay. */
  proposed: ProposedMoments | null;
  notices: string[];
}

/** The steps that are a proposal's own. */
export interface ProposalActivities {
  /**
   * Finds the moments of a completed job from its results as they are now, with what people corrected in them.
   * Idempotent.
   *
   * Fails with ArtifactMissing where the results are gone.
   */
  proposeMoments(input: ProposeMomentsInput): Promise<ProposeMomentsResult>;

  /**
   * Has the language model choose moments in one window of the transcript. An answer that cannot be used is asked
   * for once more, and then left to the local score, with a notice. Idempotent; a repeated choice is not paid again.
   *
   * Fails with ArtifactMissing where the results are gone, ModelUnknown where the installation has no such model, and
   * with the codes of language models.
   */
  chooseMoments(input: ChooseMomentsInput): Promise<ChooseMomentsResult>;

  /**
   * Makes one proposal of the choices of all windows; of several windows, the language model ranks them. Idempotent.
   *
   * Fails as {@link chooseMoments} does.
   */
  rankMoments(input: RankMomentsInput): Promise<RankMomentsResult>;
}
