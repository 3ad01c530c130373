import type { ActivityOptions } from '@temporalio/workflow';
import { activityPolicy } from './activity-policy.ts';
import type { JobActivities } from './job-activities.ts';
import { REEL_POLICIES } from './reel-policies.ts';
import { VIDEO_POLICIES } from './video-policies.ts';

/**
 * Time-outs and retries of every activity of jobs: those of all kinds here, those of one kind in tables of their own.
 */
export const ACTIVITY_POLICIES = {
  ...VIDEO_POLICIES,
  ...REEL_POLICIES,
  // Best effort after the end of a job; what is left is swept by the host's workers.
  removeScratch: activityPolicy({
    startToClose: '1m',
    scheduleToClose: '10m',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // A few small files.
  publishFiles: activityPolicy({
    startToClose: '2m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // A statement or two; what it settles must not be lost while the database or the API's process is away.
  settleJob: activityPolicy({
    startToClose: '30s',
    scheduleToClose: '30d',
    heartbeat: '20s',
    initial: '1s',
    maximum: '1m',
    attempts: 'unbounded',
  }),
  // The same, and a signal.
  reopenJob: activityPolicy({
    startToClose: '30s',
    scheduleToClose: '30d',
    heartbeat: '20s',
    initial: '1s',
    maximum: '1m',
    attempts: 'unbounded',
  }),
  // A few thousand rows for six hours of video. What is given up here is made up for by the service.
  indexTranscript: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '1h',
    heartbeat: '30s',
    initial: '1s',
    maximum: '1m',
  }),
  // A few statements; the steps that it is asked for must not begin while nobody can tell what they may cost.
  reportCosts: activityPolicy({
    startToClose: '30s',
    scheduleToClose: '30d',
    heartbeat: '20s',
    initial: '1s',
    maximum: '1m',
    attempts: 'unbounded',
  }),
  // Best effort after the end of a job, over a few small objects; what is left is removed by retention.
  recordOutcome: activityPolicy({
    startToClose: '2m',
    scheduleToClose: '10m',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
} satisfies Record<keyof JobActivities, ActivityOptions>;
