import { z } from 'zod';
import type { ProgressOfJob } from '../../domain/job.ts';
import { partProgressSchema } from '../../domain/part-progress.ts';
import { reelPercent, secondsUntilEncoded, secondsUntilJoined } from '../../domain/reel-progress.ts';
import { NOTHING_UNDER_WAY, reelProgressSchema } from '../../domain/reel.ts';
import type { PendingStep } from './pending-step.ts';

/** The heartbeat of a step that brings a clip. */
const arrivalSchema = z.object({
  receivedBytes: z.number().nonnegative(),
  totalBytes: z.number().positive().nullable(),
});

/**
 * A reel's progress with what has come of the clips under way and what ffmpeg has counted of the parts or the whole,
 * and with the end that its speed promises.
 */
export function reelProgressWithSteps(answer: ProgressOfJob, steps: readonly PendingStep[]): ProgressOfJob {
  const progress = reelProgressSchema.parse({ ...NOTHING_UNDER_WAY, ...answer });
  const told = <T>(activity: string, schema: z.ZodType<T>): T[] =>
    steps
      .filter((step) => step.activity === activity)
      .flatMap(({ heartbeat }) => schema.safeParse(heartbeat).data ?? []);
  const arriving = told('acquireClip', arrivalSchema);
  const encoding = told('encodePart', partProgressSchema);
  const [joining] = told('joinReel', partProgressSchema);
  const secondsEncoded = progress.secondsEncoded + sum(encoding.map(({ seconds }) => seconds));
  const moved = {
    ...progress,
    clipsArriving: sum(arriving.map(shareOf)),
    bytesArriving: sum(arriving.map(({ receivedBytes }) => receivedBytes)),
    secondsEncoded: Math.min(progress.secondsToEncode, secondsEncoded),
    secondsJoined: joining?.seconds ?? 0,
  };
  const left = joining === undefined ? secondsUntilEncoded(moved, encoding) : secondsUntilJoined(joining);
  return {
    ...moved,
    progress: Math.max(progress.progress, reelPercent(moved)),
    estimatedCompletion:
      left === null || progress.state !== 'running'
        ? progress.estimatedCompletion
        : new Date(Date.now() + left * 1000).toISOString(),
  };
}

/** Of a clip, where its size is known. */
const shareOf = ({ receivedBytes, totalBytes }: z.infer<typeof arrivalSchema>): number =>
  totalBytes === null ? 0 : Math.min(1, receivedBytes / totalBytes);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
