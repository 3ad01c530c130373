import { GRAIN_MS, startOf } from '../../domain/queue-history.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { longest } from './queue-probe.ts';
import { readQueueFacts, type QueueFacts } from './queue-status.ts';

type HistorySources = Pick<
  ApiDependencies,
  'statistics' | 'probe' | 'stopSwitch' | 'expectations' | 'queueHistory'
>;

/**
 * Keeps the minute that has just ended, unless a process has kept it, and makes hours of minutes. What Temporal would
 * tell is missing in minutes in which it is away. Many processes may do it at once: a minute is kept once.
 *
 * @throws ClipScribeError DatabaseUnavailable
 */
export async function keepQueueHistory(sources: HistorySources, now = new Date()): Promise<void> {
  const { queueHistory } = sources;
  const minute = new Date(startOf('minute', now).getTime() - GRAIN_MS.minute);
  if (!(await queueHistory.lacks(minute))) return;
  const [jobs, facts] = await Promise.all([queueHistory.jobsOf(minute), factsIfThere(sources)]);
  const { started, completed, failed, cancelled } = jobs;
  const waitingJobs = facts?.waitingJobs ?? jobs.waiting;
  await queueHistory.keep(minute, {
    minutes: 1,
    ...{ waitingJobs, waitingJobsMaximum: waitingJobs },
    oldestWaitingSeconds: longest([
      jobs.oldestWaitingSeconds,
      ...(facts?.queues ?? []).map((queue) => queue.oldestWaitingSeconds),
    ]),
    runningJobs: facts?.runningJobs ?? null,
    workers: facts?.workers ?? null,
    estimatedWaitSeconds: facts?.estimatedWait?.seconds ?? null,
    ...{ started, completed, failed, cancelled },
    queues: facts?.queues ?? [],
  });
  await queueHistory.rollUp();
}

async function factsIfThere(sources: HistorySources): Promise<QueueFacts | undefined> {
  try {
    return await readQueueFacts(sources);
  } catch (error) {
    if (ClipScribeError.is(error) && error.code === 'ServiceUnavailable') return undefined;
    throw error;
  }
}
