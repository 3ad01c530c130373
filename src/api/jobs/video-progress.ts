import { z } from 'zod';
import { jobProgressSchema, type ProgressOfJob } from '../../domain/job.ts';
import { overallProgress } from '../../domain/progress.ts';
import type { PendingStep } from './pending-step.ts';

/** The part of a transcription's heartbeat that progress needs. */
const transcriptionHeartbeatSchema = z.object({ secondsDone: z.number().nonnegative() });

/** A video's progress with what its transcriptions have done so far, so that a video of one chunk moves, too. */
export function videoProgressWithSteps(answer: ProgressOfJob, steps: readonly PendingStep[]): ProgressOfJob {
  const progress = jobProgressSchema.parse(answer);
  const secondsUnderWay = steps
    .filter((step) => step.activity === 'transcribeChunk')
    .map((step) => transcriptionHeartbeatSchema.safeParse(step.heartbeat).data?.secondsDone ?? 0)
    .reduce((total, seconds) => total + seconds, 0);
  if (secondsUnderWay === 0) return progress;
  const moved = { ...progress, transcribedSeconds: progress.transcribedSeconds + secondsUnderWay };
  return { ...moved, progress: overallProgress(moved) };
}
