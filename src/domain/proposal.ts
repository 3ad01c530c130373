import { z } from 'zod';

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
