import { proxyActivities } from '@temporalio/workflow';
import type { ActivityFunctionWithOptions, ActivityOptions } from '@temporalio/workflow';
import { ACTIVITY_POLICIES } from '../contracts/activity-policies.ts';
import type { JobActivities } from '../contracts/job-activities.ts';
import { uiSummary } from '../domain/ui-text.ts';

type ActivityName = keyof JobActivities;
type InputOf<Name extends ActivityName> = Parameters<JobActivities[Name]>[0];
type ResultOf<Name extends ActivityName> = Awaited<ReturnType<JobActivities[Name]>>;

/** What differs between two calls of one activity; time-outs and retries come from the policy table. */
export interface CallOptions {
  taskQueue: string;
  /** One line for the Temporal UI, such as "chunk 3/12 · 10:00–15:02". */
  summary: string;
  priority: NonNullable<ActivityOptions['priority']>;
}

/** Never handed to the worker that asks, past the queue: that would jump the turns of others (S2). */
const activities = proxyActivities<JobActivities>({ startToCloseTimeout: '1m', allowEagerDispatch: false });

/** Schedules an activity with its row of the policy table. */
export function callActivity<Name extends ActivityName>(
  name: Name,
  input: InputOf<Name>,
  call: CallOptions,
): Promise<ResultOf<Name>> {
  const activity = activities[name] as unknown as ActivityFunctionWithOptions<
    (input: InputOf<Name>) => Promise<ResultOf<Name>>
  >;
  const summary = uiSummary(call.summary);
  return activity.executeWithOptions({ ...ACTIVITY_POLICIES[name], ...call, summary }, [input]);
}
