import { activityPolicy } from './activity-policy.ts';

/** Time-outs and retries of the steps of a video. */
export const VIDEO_POLICIES = {
  // A page may take several requests to read; a person waits for the answer.
  fetchMetadata: activityPolicy({
    startToClose: '2m',
    scheduleToClose: '30m',
    heartbeat: '20s',
    initial: '1s',
    maximum: '15s',
  }),
  // B2. The machine of the user may be off for weeks, and a lid that closes ends an attempt.
  downloadMetadata: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '30d',
    heartbeat: '30s',
    initial: '1s',
    maximum: '15s',
  }),
  // The same; resumable, so that a long attempt is not lost.
  downloadAudio: activityPolicy({
    startToClose: '12h',
    scheduleToClose: '30d',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  // Hours of video over a slow line; resumable, so that a long attempt is not lost.
  acquireAudio: activityPolicy({
    startToClose: '6h',
    scheduleToClose: '48h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  // A chunk is at most five minutes of audio; even a slow model on a slow host decodes it in real time.
  transcribeChunk: activityPolicy({
    startToClose: '30m',
    scheduleToClose: '48h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  // A small model, a hundred times faster than real time; it waits its turn beside transcription.
  embedSpeakers: activityPolicy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  // Seconds for six hours of video; one step of it does not heartbeat for some of them.
  labelSpeakers: activityPolicy({
    startToClose: '15m',
    scheduleToClose: '24h',
    heartbeat: '1m',
    initial: '2s',
    maximum: '1m',
  }),
  // A few objects of some megabytes.
  keepGround: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  openGround: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // Seconds for thousands of corrections; somebody who has just made one waits for it.
  applyCorrections: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '1m',
    initial: '1s',
    maximum: '1m',
  }),
  mergeTranscript: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  extractEntities: activityPolicy({
    startToClose: '10m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '2m',
  }),
  buildGraph: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  writeReport: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  // A language model thinks for minutes, a rate limit asks for more; Whisper listens to five minutes of audio.
  translateSegments: activityPolicy({
    startToClose: '30m',
    scheduleToClose: '48h',
    heartbeat: '30s',
    initial: '5s',
    maximum: '5m',
  }),
  joinTranslation: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  writeSubtitles: activityPolicy({
    startToClose: '5m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
  publishResults: activityPolicy({
    startToClose: '10m',
    scheduleToClose: '24h',
    heartbeat: '30s',
    initial: '2s',
    maximum: '1m',
  }),
};
