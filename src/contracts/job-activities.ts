import type { DownloadActivities } from './download-activities.ts';
import type { ReelActivities } from './reel-activities.ts';
import type { ResultActivities } from './job-results.ts';
import type { ProposalActivities } from './reel-propose.ts';
import type { ServiceActivities } from './service-activities.ts';
import type { Measured } from './measured.ts';
import type { VideoActivities } from './video-activities.ts';

/** The activities of all kinds of jobs. A name is used by one kind only, or means the same for all. */
export type JobActivities = VideoActivities &
  Omit<DownloadActivities, 'downloadPlaylist'> &
  ReelActivities &
  ProposalActivities &
  ResultActivities &
  ServiceActivities;

/** The activities that are steps: their results carry a measure. */
export type StepName = {
  [Name in keyof JobActivities]: Awaited<ReturnType<JobActivities[Name]>> extends Measured ? Name : never;
}[keyof JobActivities];
