import { OPTIONAL_STAGES, STAGES } from './job.ts';
import { OPTIONAL_PROPOSAL_STAGES, PROPOSAL_STAGES } from './proposal.ts';
import { OPTIONAL_REEL_STAGES, REEL_STAGES } from './reel.ts';

/**
 * The kinds of jobs, by the name of their workflow: which stages one has, in order, and which of them a user may
 * skip when they are out of retries (R9).
 */
export const JOB_KINDS = {
  videoIntelligence: { stages: STAGES, optional: OPTIONAL_STAGES },
  reelStitch: { stages: REEL_STAGES, optional: OPTIONAL_REEL_STAGES },
  reelPropose: { stages: PROPOSAL_STAGES, optional: OPTIONAL_PROPOSAL_STAGES },
} as const satisfies Record<string, { stages: readonly string[]; optional: readonly string[] }>;

export type JobKindName = keyof typeof JOB_KINDS;

/** A stage of any kind of job. */
export type AnyStage = (typeof JOB_KINDS)[JobKindName]['stages'][number];

export const isJobKind = (name: unknown): name is JobKindName =>
  typeof name === 'string' && Object.hasOwn(JOB_KINDS, name);
