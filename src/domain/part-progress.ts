import { z } from 'zod';

/** Heartbeat details of the steps that run ffmpeg: how far it is, by its own count. */
export const partProgressSchema = z.object({
  /** Seconds of the part that are written. */
  seconds: z.number().nonnegative(),
  totalSeconds: z.number().nonnegative(),
  /** Times real time; null while not known. */
  speed: z.number().nullable(),
  /** Until the part is done, at this speed. */
  remainingSeconds: z.number().nullable(),
});
export type PartProgress = z.infer<typeof partProgressSchema>;

/** What a count of ffmpeg's means for a part. */
export function partProgress(
  { seconds, speed }: { seconds: number; speed: number | null },
  totalSeconds: number,
): PartProgress {
  const done = Math.min(Math.max(seconds, 0), totalSeconds);
  const remainingSeconds = speed === null || speed <= 0 ? null : (totalSeconds - done) / speed;
  return { seconds: done, totalSeconds, speed, remainingSeconds };
}
