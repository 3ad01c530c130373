import { routeQueue, TASK_QUEUES } from '../../contracts/task-queues.ts';
import { remainingTime, type RunningJob } from '../../domain/completion.ts';
import { jobProgressSchema, type ProgressOfJob } from '../../domain/job.ts';
import { JOB_KINDS, type JobKindName } from '../../domain/job-kinds.ts';
import { doneShare } from '../../domain/progress.ts';
import { reelShare } from '../../domain/reel-progress.ts';
import { reelProgressSchema } from '../../domain/reel.ts';
import type { Route } from '../../domain/route.ts';
import { dateRange, type Completion } from '../queue/estimate-schemas.ts';
import { Expectations } from '../queue/expectations.ts';

export const NO_COMPLETION: Completion = { estimatedCompletion: null, estimatedCompletionRange: null };

/** From the job's own rate, and from what the stages of others took on its queue. */
export async function completionOf(
  expectations: Expectations,
  { kind, route, durationSeconds }: { kind: JobKindName; route: Route; durationSeconds: number | null },
  progress: ProgressOfJob,
): Promise<Completion> {
  const nowMs = Date.now();
  const own = progress.estimatedCompletion;
  const queue = kind === 'reelPropose' ? TASK_QUEUES.control : routeQueue(route);
  const remaining = remainingTime(
    {
      left: leftOf(kind, progress),
      mediaSeconds: durationSeconds,
      ownSeconds: own === null ? null : Math.max(0, (Date.parse(own) - nowMs) / 1000),
    },
    Expectations.runsLike(await expectations.read(), { kind, queue }),
  );
  if (remaining === null) return NO_COMPLETION;
  return {
    estimatedCompletion: own ?? new Date(nowMs + remaining.seconds * 1000).toISOString(),
    estimatedCompletionRange: dateRange(remaining, nowMs),
  };
}

function leftOf(kind: JobKindName, progress: ProgressOfJob): RunningJob['left'] {
  const stages: readonly string[] = JOB_KINDS[kind].stages;
  const current = stages.indexOf(progress.stage);
  const done = shareDone(kind, progress);
  return stages.map((stage, index) => {
    if (index < current) return { stage, share: 0 };
    return { stage, share: index === current ? Math.max(0, 1 - done) : 1 };
  });
}

/** How much of the stage that runs is done, 0–1. */
function shareDone(kind: JobKindName, progress: ProgressOfJob): number {
  if (kind === 'reelPropose') return 0;
  if (kind === 'reelStitch') {
    const { data } = reelProgressSchema.safeParse(progress);
    return data === undefined ? 0 : reelShare(data);
  }
  const { data } = jobProgressSchema.safeParse(progress);
  return data === undefined ? 0 : doneShare(data.stage, data);
}
