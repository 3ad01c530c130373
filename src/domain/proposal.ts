import { z } from 'zod';
import { progressOfJobSchema } from './job.ts';

/** A part of a video that is worth showing by itself. Seconds. */
export const momentSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  title: z.string(),
  /** 0–1; higher is better. Comparable within one proposal only. */
  score: z.number().min(0).max(1),
  /** Why it was chosen, one sentence. */
  reason: z.string(),
  /** What is said. */
  text: z.string(),
});
export type Moment = z.infer<typeof momentSchema>;

export const FEWEST_MOMENTS = 3;
export const MOST_MOMENTS = 10;

/** What a user may ask of a proposal. */
export const proposalSettingsSchema = z.object({
  /** All moments together are no longer, in seconds. */
  lengthSeconds: z.number().min(10).max(600).default(60),
  /** The most moments; found from the length where absent. */
  count: z.number().int().min(FEWEST_MOMENTS).max(MOST_MOMENTS).optional(),
  /** What chooses: the installation's language model by its name, or `local`, the local score; absent: the score. */
  model: z.string().min(1).max(200).optional(),
});
export type ProposalSettings = z.infer<typeof proposalSettingsSchema>;

/**
 * proposal.json: a reel as ClipScribe proposes it, made to be edited. Moments are stitched in the order in which
 * they stand; times, titles and the order may be changed, and moments taken out.
 */
export const proposalSchema = z.object({
  version: z.literal(1),
  /** The job whose video and transcript are meant. */
  jobId: z.string(),
  video: z.object({
    title: z.string(),
    url: z.string().nullable(),
    durationSeconds: z.number().nonnegative(),
    /** Pictures a second; absent where not known. */
    frameRate: z.number().positive().optional(),
  }),
  settings: proposalSettingsSchema,
  /** What chose the moments: `local`, or the language model. */
  model: z.string(),
  moments: z
    .array(momentSchema.refine(({ start, end }) => start < end, { error: 'A moment ends after it starts.' }))
    .max(100),
});
export type Proposal = z.infer<typeof proposalSchema>;

/** The name of a proposal among the results. */
export const PROPOSAL_FILE = 'proposal.json';

/** What names the local score among the models. */
export const LOCAL_SCORE = 'local';

/** The language model that is asked to choose; undefined where none is. */
export const askedModel = ({ model }: ProposalSettings): string | undefined =>
  model === LOCAL_SCORE ? undefined : model;

/** The stages of a proposal, in order: by the local score, and then by a language model where one is asked. */
export const PROPOSAL_STAGES = ['propose', 'choose', 'publish'] as const;
export const proposalStageSchema = z.enum(PROPOSAL_STAGES);
export type ProposalStage = z.infer<typeof proposalStageSchema>;

/** Without the language model, the moments of the local score stay. */
export const OPTIONAL_PROPOSAL_STAGES: readonly ProposalStage[] = ['choose'];

/** The answer of a proposal's progress query. */
export const proposalProgressSchema = z.object({
  ...progressOfJobSchema.shape,
  stage: proposalStageSchema,
  /** Null until they are found. */
  momentCount: z.number().int().nullable(),
});
export type ProposalProgress = z.infer<typeof proposalProgressSchema>;
