import { z } from 'zod';
import { videoJobInputSchema } from '../../contracts/video-intelligence.ts';
import { jobSettingsSchema } from '../../domain/job.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';

/** What the API itself writes onto a job when it starts it. */
export const jobMemoSchema = z.object({
  /** The address as anybody may see it, or the path of a local file. */
  source: z.string().default(''),
  settings: jobSettingsSchema.default({}),
  /** The request that asked for this run. */
  operationId: z.string().default(''),
});

export type JobMemo = z.infer<typeof jobMemoSchema>;

/** A start of a job's workflow, as the catalogue holds it. */
const jobStartSchema = z.object({
  input: videoJobInputSchema,
  memo: jobMemoSchema,
  /** Hash of source and settings; see `SEARCH_ATTRIBUTES.source`. */
  sourceHash: z.string(),
  /**
   * `never`: an id names one job for ever. `after-end`: the workflow starts again under its id once it has
   * ended, which is what `redo` does.
   */
  reuseId: z.enum(['never', 'after-end']),
});

export type JobStart = z.infer<typeof jobStartSchema>;

/** What a job of the catalogue is started with. */
export const jobStartOf = (job: CatalogueJob): JobStart => jobStartSchema.parse(job.start);
