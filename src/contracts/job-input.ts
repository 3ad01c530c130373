import { z } from 'zod';
import { jobAccountSchema } from './video-intelligence.ts';

/** What the inputs of all kinds of jobs have in common; a kind's own schema knows the rest. */
export const jobInputSchema = z.looseObject({
  jobId: z.string(),
  userId: z.string(),
  settings: z.looseObject({}),
  /** 1–10, 10 the most urgent (S2). */
  priority: z.number().int().min(1).max(10),
  account: jobAccountSchema.nullable().default(null),
});
export type JobInput = z.infer<typeof jobInputSchema>;
