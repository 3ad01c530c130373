import { proxyActivities } from '@temporalio/workflow';
import type { ActivityFunctionWithOptions, ActivityOptions } from '@temporalio/workflow';
import { ACTIVITY_POLICIES } from '../contracts/activity-policies.ts';
import type { ServiceActivities } from '../contracts/service-activities.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';

type Activities = VideoActivities & ServiceActivities;
type ActivityName = keyof Activities;
type InputOf<Name extends ActivityName> = Parameters<Activities[Name]>[0];
type ResultOf<Name extends ActivityName> = Awaited<ReturnType<Activities[Name]>>;

/** What differs between two calls of one activity; time-outs and retries come from the policy table. */
export interface CallOptions {
  taskQueue: string;
  /** One line for the Temporal UI, such as "chunk 3/12 · 10:00–15:02". */
  summary: string;
  priority: NonNullable<ActivityOptions['priority']>;
}

const activities = proxyActivities<Activities>({ startToCloseTimeout: '1m' });

/** Schedules an activity with its row of the policy table. */
export function callActivity<Name extends ActivityName>(
  name: Name,
  input: InputOf<Name>,
  call: CallOptions,
): Promise<ResultOf<Name>> {
  const activity = activities[name] as unknown as ActivityFunctionWithOptions<
    (input: InputOf<Name>) => Promise<ResultOf<Name>>
  >;
  return activity.executeWithOptions({ ...ACTIVITY_POLICIES[name], ...call }, [input]);
}
