import { z } from 'zod';
import { jobInputSchema } from '../../contracts/job-input.ts';
import { isJobKind, type JobKindName } from '../../domain/job-kinds.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import { kindOf } from './job-kinds.ts';

/** What the API itself writes onto a job when it starts it. */
export const jobMemoSchema = z.object({
  /** The address as anybody may see it, or the path of a local file. */
  source: z.string().default(''),
  settings: z.looseObject({}).default({}),
  /** The request that asked for this run. */
  operationId: z.string().default(''),
});

export type JobMemo = z.infer<typeof jobMemoSchema>;

/** A start of a job's workflow, as the catalogue holds it. */
const jobStartSchema = z.object({
  /** Of the workflow. */
  kind: z.custom<JobKindName>(isJobKind).default('videoIntelligence'),
  /** The kind's own. */
  input: jobInputSchema,
  memo: jobMemoSchema,
  /** Hash of source and settings; see `SEARCH_ATTRIBUTES.source`. */
  sourceHash: z.string(),
  /**
   * `never`: an id names one job for ever. `after-end`: the workflow starts again under its id once it has
   * ended, which is what `redo` does.
   */
  reuseId: z.enum(['never', 'after-end']),
  /** The trace of the request that asked for it: one run of the dispatcher starts jobs of many. */
  traceparent: z.string().optional(),
});

export type JobStart = z.infer<typeof jobStartSchema>;

/** What a job of the catalogue is started with. */
export function jobStartOf(job: CatalogueJob): JobStart {
  const start = jobStartSchema.parse(job.start);
  return { ...start, input: kindOf(start.kind).input.parse(start.input) };
}
