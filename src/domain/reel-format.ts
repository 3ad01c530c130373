import { picturesPerSecond, STANDARD_RATES } from './frame-rate.ts';
import type { ClipFacts, ClipVideo, Rational } from './reel-clip.ts';
import { reorderedPicturesSchema, type ReelFormat } from './reel-part.ts';
import { REEL_FRAMES, type ReelSettings } from './reel.ts';

/** A clip as far as its format matters. */
export interface FormatClip {
  facts: ClipFacts;
  /** Of the reel. */
  seconds: number;
  /** Whether all of it is used, from its first picture to its last. */
  isWhole: boolean;
}

/** Profiles that every player of H.264 High plays. */
const COPIED_PROFILES = new Set(['Constrained Baseline', 'Main', 'High']);

/** What has to be equal for pictures to be joined by copy; null where a clip has to be encoded in any case. */
export function copyKey(clip: FormatClip, settings: ReelSettings): string | null {
  const { video, isPlainMp4 } = clip.facts;
  const { width, height } = REEL_FRAMES[settings.orientation];
  const canBeCopied =
    clip.isWhole &&
    isPlainMp4 &&
    settings.crossfadeSeconds === 0 &&
    settings.subtitles !== 'burned' &&
    isPlayedEverywhere(video) &&
    video.width === width &&
    video.height === height;
  if (!canBeCopied) return null;
  return JSON.stringify([video.parametersHash, video.timescale, video.frameRate, video.reorderedPictures]);
}

const isPlayedEverywhere = (video: ClipVideo): boolean =>
  video.codec === 'h264' &&
  COPIED_PROFILES.has(video.profile ?? '') &&
  ['yuv420p', 'yuvj420p'].includes(video.pixelFormat) &&
  video.dynamicRange === null &&
  video.rotation === 0 &&
  video.hasSquarePixels &&
  !video.isInterlaced &&
  !video.hasVariableRate &&
  video.frameRate !== null &&
  video.timescale !== null &&
  video.frameCount !== null &&
  reorderedPicturesSchema.safeParse(video.reorderedPictures).success &&
  video.parametersHash !== null;

export interface ChosenFormat {
  format: ReelFormat;
  /** Clips with this key are copied; null: none are. */
  copied: string | null;
}

/**
 * The format in which the least has to be encoded: that of the clips that agree and make up most of the reel; else
 * the frame rate of most of it.
 */
export function chooseFormat(clips: readonly FormatClip[], settings: ReelSettings): ChosenFormat {
  const frame = REEL_FRAMES[settings.orientation];
  const copied = heaviest(clips, (clip) => copyKey(clip, settings));
  const model = copied === null ? undefined : clips.find((clip) => copyKey(clip, settings) === copied);
  const { frameRate, timescale } = model?.facts.video ?? {};
  const reordered = reorderedPicturesSchema.safeParse(model?.facts.video.reorderedPictures);
  if (frameRate && timescale && reordered.success)
    return { format: { ...frame, frameRate, timescale, reorderedPictures: reordered.data }, copied };
  const rate = heaviest(clips, ({ facts }) => JSON.stringify(standardRate(facts.video)));
  const chosen = STANDARD_RATES.find((standard) => JSON.stringify(standard) === rate) ?? standardRate(null);
  // A whole number of ticks for each picture.
  const ticks = chosen.denominator === 1 ? chosen.numerator * 1000 : chosen.numerator;
  return { format: { ...frame, frameRate: chosen, timescale: ticks, reorderedPictures: 2 }, copied: null };
}

/** The nearest standard rate, 30 where the clip tells none. */
function standardRate(video: ClipVideo | null): Rational {
  const rate = video?.frameRate ? picturesPerSecond(video.frameRate) : 30;
  const distance = (standard: Rational): number => Math.abs(Math.log(picturesPerSecond(standard) / rate));
  return STANDARD_RATES.reduce((best, standard) => (distance(standard) < distance(best) ? standard : best));
}

/** The key whose clips are longest together; the first of equals. */
function heaviest(clips: readonly FormatClip[], keyOf: (clip: FormatClip) => string | null): string | null {
  const seconds = new Map<string, number>();
  for (const clip of clips) {
    const key = keyOf(clip);
    if (key !== null) seconds.set(key, (seconds.get(key) ?? 0) + clip.seconds);
  }
  let best: string | null = null;
  for (const [key, sum] of seconds) if (best === null || sum > (seconds.get(best) ?? 0)) best = key;
  return best;
}
