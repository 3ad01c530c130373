import { activityPolicy } from './activity-policy.ts';

/** Time-outs and retries of the steps of reels, and of their proposals. */
export const REEL_POLICIES = {
  // A request or three, before any work.
  checkOutput: activityPolicy({
    startToClose: '2m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '1s',
    maximum: '1m',
    elsewhere: ['DiskFull'],
  }),
  // A clip of some gigabytes over a slow line; resumable on the same host.
  acquireClip: activityPolicy({
    startToClose: '2h',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  // R5. A part is half a minute at most, so that what a time-out or a death takes away is little.
  encodePart: activityPolicy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  // Copies the picture, and encodes the sound of an hour in about a minute.
  joinReel: activityPolicy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  publishReel: activityPolicy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
    elsewhere: ['OutOfMemory', 'DiskFull'],
  }),
  // Seconds of arithmetic.
  proposeMoments: activityPolicy({
    startToClose: '10m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  // A language model thinks for minutes, twice at most; a rate limit asks for more.
  chooseMoments: activityPolicy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  rankMoments: activityPolicy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
};
