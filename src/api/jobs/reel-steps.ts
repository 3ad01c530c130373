import { z } from 'zod';
import type { ProgressOfJob } from '../../domain/job.ts';
import { partProgressSchema, type PartProgress } from '../../domain/part-progress.ts';
import { reelEnd, reelPercent, secondsUntilJoined } from '../../domain/reel-progress.ts';
import { NOTHING_UNDER_WAY, reelProgressSchema, type ReelProgress } from '../../domain/reel.ts';
import type { PendingStep } from './pending-step.ts';

/** The heartbeat of a step that brings a clip. */
const arrivalSchema = z.object({
  receivedBytes: z.number().nonnegative(),
  totalBytes: z.number().positive().nullable(),
});

/** What a reel's workflow of an earlier version does not tell. */
const UNTOLD = { encodingSince: null };

/**
 * A reel's progress with what has come of the clips under way and what ffmpeg has counted of the parts or the whole,
 * and with the end that its rate so far promises.
 */
export function reelProgressWithSteps(answer: ProgressOfJob, steps: readonly PendingStep[]): ProgressOfJob {
  const progress = reelProgressSchema.parse({ ...UNTOLD, ...NOTHING_UNDER_WAY, ...answer });
  const told = <T>(activity: string, schema: z.ZodType<T>): (T & { atMs: number })[] =>
    steps
      .filter((step) => step.activity === activity)
      .flatMap(({ heartbeat, heartbeatAt }) => {
        const { data } = schema.safeParse(heartbeat);
        return data === undefined ? [] : { ...data, atMs: heartbeatAt?.getTime() ?? Date.now() };
      });
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
  const end = joining === undefined ? endOfEncoding(moved, encoding) : endOfJoining(joining);
  return {
    ...moved,
    progress: Math.max(progress.progress, reelPercent(moved)),
    estimatedCompletion: progress.state === 'running' ? dateAhead(end ?? progress.estimatedCompletion) : null,
  };
}

/** Null where no part is under way: then the workflow knows as much. */
function endOfEncoding(moved: ReelProgress, encoding: readonly { atMs: number }[]): number | null {
  if (moved.encodingSince === null || encoding.length === 0) return null;
  // Counted then, not now: what has been encoded since nobody has told yet.
  const countedAtMs = Math.max(...encoding.map(({ atMs }) => atMs));
  return reelEnd({ ...moved, encodingSinceMs: Date.parse(moved.encodingSince), countedAtMs });
}

function endOfJoining(joining: PartProgress & { atMs: number }): number | null {
  const left = secondsUntilJoined(joining);
  return left === null ? null : joining.atMs + left * 1000;
}

/** An end that has passed was none. */
function dateAhead(end: number | string | null): string | null {
  return end !== null && new Date(end).getTime() > Date.now() ? new Date(end).toISOString() : null;
}

/** Of a clip, where its size is known. */
const shareOf = ({ receivedBytes, totalBytes }: z.infer<typeof arrivalSchema>): number =>
  totalBytes === null ? 0 : Math.min(1, receivedBytes / totalBytes);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
