import type { ActivityOptions } from '@temporalio/workflow';
import type { ErrorCode } from '../domain/errors.ts';
import type { JobActivities } from './job-activities.ts';

/** Attempts of an activity at most, deaths and shutdowns of workers included: a chunk that kills workers must end. */
const MAXIMUM_ATTEMPTS = 30;

/**
 * Time-outs and retries, one row per activity.
 *
 * `startToClose` bounds one attempt; `scheduleToClose` includes waiting for a worker, so it is long where
 * workers scale from zero. Attempts are many, because each preemption of a worker uses one; passing errors
 * are given up earlier, by {@link MAXIMUM_FAILED_ATTEMPTS}. A worker that dies is noticed within `heartbeat`.
 */
export const ACTIVITY_POLICIES = {
  // A page may take several requests to read; a person waits for the answer.
  fetchMetadata: policy({
    startToClose: '2m',
    scheduleToClose: '30m',
    heartbeat: '20s',
    initial: '1s',
    maximum: '15s',
  }),
  // B2. The machine of the user may be off for weeks, and a lid that closes ends an attempt.
  downloadMetadata: policy({
    startToClose: '5m',
    scheduleToClose: '30d',
    heartbeat: '30s',
    initial: '1s',
    maximum: '15s',
  }),
  // The same; resumable, so that a long attempt is not lost.
  downloadAudio: policy({
    startToClose: '12h',
    scheduleToClose: '30d',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  // Hours of video over a slow line; resumable, so that a long attempt is not lost.
  acquireAudio: policy({
    startToClose: '6h',
    scheduleToClose: '48h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  // A chunk is at most five minutes of audio; even a slow model on a slow host decodes it in real time.
  transcribeChunk: policy({
    startToClose: '30m',
    scheduleToClose: '48h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  // A small model, a hundred times faster than real time; it waits its turn beside transcription.
  embedSpeakers: policy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  // Seconds for six hours of video; one step of it does not heartbeat for some of them.
  labelSpeakers: policy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '1m',
    initial: '2s',
    maximum: '1m',
  }),
  // A few objects of some megabytes.
  keepGround: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  openGround: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // Seconds for thousands of corrections; somebody who has just made one waits for it.
  applyCorrections: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '1m',
    initial: '1s',
    maximum: '1m',
  }),
  mergeTranscript: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  extractEntities: policy({
    startToClose: '10m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  buildGraph: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  writeReport: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // A language model thinks for minutes, a rate limit asks for more; Whisper listens to five minutes of audio.
  translateSegments: policy({
    startToClose: '30m',
    scheduleToClose: '48h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  joinTranslation: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  writeSubtitles: policy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  publishResults: policy({
    startToClose: '10m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // A request or three, before any work.
  checkOutput: policy({
    startToClose: '2m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '1s',
    maximum: '1m',
    elsewhere: ['DiskFull'],
  }),
  // A clip of some gigabytes over a slow line; resumable on the same host.
  acquireClip: policy({
    startToClose: '2h',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  // R5. A part is half a minute at most, so that what a time-out or a death takes away is little.
  encodePart: policy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  // Copies the picture, and encodes the sound of an hour in about a minute.
  joinReel: policy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  publishReel: policy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  // Best effort after the end of a job; what is left is swept by the host's workers.
  removeScratch: policy({
    startToClose: '1m',
    scheduleToClose: '10m',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // Seconds of arithmetic.
  proposeMoments: policy({
    startToClose: '10m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  // A language model thinks for minutes, twice at most; a rate limit asks for more.
  chooseMoments: policy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  rankMoments: policy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  // A few small files.
  publishFiles: policy({
    startToClose: '2m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // A statement or two; what it settles must not be lost while the database or the API's process is away.
  settleJob: policy({
    startToClose: '30s',
    scheduleToClose: '30d',
    heartbeat: '20s',
    initial: '1s',
    maximum: '1m',
    attempts: 'unbounded',
  }),
  // The same, and a signal.
  reopenJob: policy({
    startToClose: '30s',
    scheduleToClose: '30d',
    heartbeat: '20s',
    initial: '1s',
    maximum: '1m',
    attempts: 'unbounded',
  }),
  // A few thousand rows for six hours of video. What is given up here is made up for by the service.
  indexTranscript: policy({
    startToClose: '5m',
    scheduleToClose: '1h',
    heartbeat: '30s',
    initial: '1s',
    maximum: '1m',
  }),
  // A few statements; the steps that it is asked for must not begin while nobody can tell what they may cost.
  reportCosts: policy({
    startToClose: '30s',
    scheduleToClose: '30d',
    heartbeat: '20s',
    initial: '1s',
    maximum: '1m',
    attempts: 'unbounded',
  }),
  // Best effort after the end of a job, over a few small objects; what is left is removed by retention.
  recordOutcome: policy({
    startToClose: '2m',
    scheduleToClose: '10m',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
} satisfies Record<keyof JobActivities, ActivityOptions>;

/** After this many attempts a passing error becomes a matter for somebody: the job goes to needs_attention. */
export const MAXIMUM_FAILED_ATTEMPTS = 5;

interface PolicyRow {
  startToClose: NonNullable<ActivityOptions['startToCloseTimeout']>;
  scheduleToClose: NonNullable<ActivityOptions['scheduleToCloseTimeout']>;
  heartbeat: NonNullable<ActivityOptions['heartbeatTimeout']>;
  initial: '1s' | '2s' | '5s';
  maximum: '15s' | '1m' | '2m' | '5m';
  /** Errors that another attempt on the same queue would meet again: the workflow decides where to go on. */
  elsewhere?: ErrorCode[];
  /** Where no attempt can do harm, and giving up would. */
  attempts?: 'unbounded';
}

function policy(row: PolicyRow): ActivityOptions {
  return {
    startToCloseTimeout: row.startToClose,
    scheduleToCloseTimeout: row.scheduleToClose,
    heartbeatTimeout: row.heartbeat,
    // The step owns child processes and files: the workflow waits until they are gone.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: row.initial,
      backoffCoefficient: 2,
      maximumInterval: row.maximum,
      ...(row.elsewhere && { nonRetryableErrorTypes: row.elsewhere }),
      ...(row.attempts === 'unbounded' ? {} : { maximumAttempts: MAXIMUM_ATTEMPTS }),
    },
  };
}
