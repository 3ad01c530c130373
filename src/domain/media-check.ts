import { ClipScribeError } from './errors.ts';
import type { MediaFacts, VideoMetadata } from './media.ts';
import type { LongestVideo } from './tiers.ts';
import { formatClock } from './time.ts';

/** What an installation allows, and the tier of the user, where one bounds the job (H5). */
export interface MediaLimits {
  maximumDurationSeconds: number;
  longestVideo?: LongestVideo | undefined;
}

/**
 * Checks a media file before any expensive work.
 *
 * A file without audio is no error: the job completes and says that nobody speaks. A file with neither audio
 * nor video, such as a text or a picture that a demuxer took for media, is one.
 *
 * @returns the error to fail with, or undefined where the media may be processed
 */
export function checkMediaFacts(facts: MediaFacts, limits: MediaLimits): ClipScribeError | undefined {
  if (!facts.hasAudio && !facts.hasVideo) {
    return new ClipScribeError('UnsupportedMedia', 'The file has neither an audio nor a video track.');
  }
  return checkDuration(facts.durationSeconds, limits);
}

/** Checks what a page says of its video, before anything is downloaded. See {@link checkMediaFacts}. */
export function checkVideoMetadata(
  metadata: VideoMetadata,
  limits: MediaLimits,
): ClipScribeError | undefined {
  if (metadata.isLive) {
    return new ClipScribeError('LiveStream', 'The video is a live stream that has not ended.');
  }
  return checkDuration(metadata.durationSeconds, limits);
}

/**
 * What the user should know when the audio ends well before the stated end: the file may be damaged from there
 * on, or was not downloaded whole. A picture that stays a little longer than the sound is normal.
 */
export function noticeOfEarlyEnd(statedSeconds: number | null, audioSeconds: number): string | undefined {
  if (statedSeconds === null || statedSeconds - audioSeconds < Math.max(10, statedSeconds * 0.05))
    return undefined;
  return `The audio ends at ${formatClock(audioSeconds)}, although the video is said to run for ${formatClock(statedSeconds)}: it may be damaged or incomplete.`;
}

/**
 * Checks a duration, or how long the media is at least.
 *
 * @returns `MediaTooLarge` over the installation's limit, `QuotaExceeded` over the tier's
 */
export function checkDuration(
  durationSeconds: number | null,
  { maximumDurationSeconds, longestVideo }: MediaLimits,
): ClipScribeError | undefined {
  if (durationSeconds === null) return undefined;
  if (durationSeconds > maximumDurationSeconds) {
    const limit = formatClock(maximumDurationSeconds);
    return new ClipScribeError(
      'MediaTooLarge',
      `The media runs for ${formatClock(durationSeconds)}, more than the limit of ${limit}.`,
    );
  }
  // Pages round, and encoders pad: what passed by its page must not be refused for part of a second once it was heard.
  if (longestVideo === undefined || Math.floor(durationSeconds) <= longestVideo.seconds) return undefined;
  const { tier, seconds } = longestVideo;
  return new ClipScribeError(
    'QuotaExceeded',
    `The video runs for ${formatClock(durationSeconds)}, and the tier ${tier} allows ${formatClock(seconds)} for one video.`,
  );
}
