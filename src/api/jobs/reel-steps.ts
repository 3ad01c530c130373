import type { ProgressOfJob } from '../../domain/job.ts';
import { partProgressSchema } from '../../domain/part-progress.ts';
import { reelPercent } from '../../domain/reel-progress.ts';
import { reelProgressSchema } from '../../domain/reel.ts';
import type { PendingStep } from './pending-step.ts';

/**
 * A reel's progress with what ffmpeg has counted of the parts under way. Where nothing else tells when it will be
 * done, the longest of them does.
 */
export function reelProgressWithSteps(answer: ProgressOfJob, steps: readonly PendingStep[]): ProgressOfJob {
  const progress = reelProgressSchema.parse(answer);
  const underWay = steps
    .filter(({ activity }) => activity === 'encodePart')
    .flatMap(({ heartbeat }) => partProgressSchema.safeParse(heartbeat).data ?? []);
  if (underWay.length === 0) return progress;
  const seconds = underWay.reduce((sum, part) => sum + part.seconds, 0);
  const moved = {
    ...progress,
    secondsEncoded: Math.min(progress.secondsToEncode, progress.secondsEncoded + seconds),
  };
  const remaining = Math.max(...underWay.map(({ remainingSeconds }) => remainingSeconds ?? 0));
  const atLeast = remaining > 0 ? new Date(Date.now() + remaining * 1000).toISOString() : null;
  return {
    ...moved,
    progress: Math.max(progress.progress, reelPercent(moved)),
    estimatedCompletion: progress.estimatedCompletion ?? atLeast,
  };
}
