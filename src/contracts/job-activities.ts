import type { ReelActivities } from './reel-activities.ts';
import type { ResultActivities } from './job-results.ts';
import type { ProposalActivities } from './reel-propose.ts';
import type { ServiceActivities } from './service-activities.ts';
import type { VideoActivities } from './video-activities.ts';

/** The activities of all kinds of jobs. A name is used by one kind only, or means the same for all. */
export type JobActivities = VideoActivities &
  ReelActivities &
  ProposalActivities &
  ResultActivities &
  ServiceActivities;
