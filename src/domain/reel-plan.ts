import type { ClipAudio, ClipFacts, Loudness, ReelClip } from './reel-clip.ts';
import { picturesPerSecond } from './frame-rate.ts';
import { chooseFormat, copyKey, type FormatClip } from './reel-format.ts';
import { gainFor } from './reel-loudness.ts';
import { secondsOf, type ReelFormat, type ReelPart, type Stretch } from './reel-part.ts';
import type { ReelSettings } from './reel.ts';

/** A usable clip. */
export interface PlannedClip {
  /** In the reel's list. */
  index: number;
  clip: ReelClip;
  facts: ClipFacts;
  loudness: Loudness | null;
  /** Whether the next clip follows it without a fade, whatever the settings say. */
  endsByCut?: boolean;
}

export interface ReelPlan {
  format: ReelFormat;
  parts: ReelPart[];
  /** Whether sound is copied with the picture; then nothing is encoded at all. */
  copiesSound: boolean;
  durationSeconds: number;
}

/**
 * So long are the parts that a clip is encoded in: what a death takes away, and what workers share out. A second of 4K
 * at 60 pictures a second was seen to take six of a core, and a part has to end within its 15 minutes also where four
 * are encoded side by side on two cores.
 */
const PART_SECONDS = 30;
const CARD_SECONDS = 2.5;
/** A shorter rest is left out: no player shows a clip of a few pictures as anything but a flicker. */
const SHORTEST_SECONDS = 0.1;

/** Where a clip ends in its source. */
export const endOf = ({ clip, facts }: Pick<PlannedClip, 'clip' | 'facts'>): number =>
  Math.min(clip.end ?? Infinity, facts.durationSeconds);

/** Whether any of a clip's stretch lies in its source. */
export const isWithinSource = (planned: Pick<PlannedClip, 'clip' | 'facts'>): boolean =>
  endOf(planned) - planned.clip.start >= SHORTEST_SECONDS;

/**
 * Divides a reel into parts that join without being encoded again. Clips that agree with one another are copied;
 * of the others every picture is encoded once. With cross-fades, the end of each clip and the beginning of the next
 * are a part of their own.
 */
export function planReel(clips: readonly PlannedClip[], settings: ReelSettings): ReelPlan {
  const formatClips = clips.map((planned): FormatClip => ({
    facts: planned.facts,
    seconds: endOf(planned) - planned.clip.start,
    isWhole: planned.clip.start === 0 && endOf(planned) >= planned.facts.durationSeconds,
  }));
  const { format, copied } = chooseFormat(formatClips, settings);
  const frameOf = (seconds: number): number =>
    Math.max(1, Math.round(seconds * picturesPerSecond(format.frameRate)));
  const fade = frameOf(settings.crossfadeSeconds);
  const parts: ReelPart[] = [];
  /** Pictures of the clip that the transition before it has used. */
  let used = 0;
  clips.forEach((planned, position) => {
    const { clip, facts } = planned;
    if (clip.title !== null) {
      parts.push({ kind: 'card', title: clip.title, frames: frameOf(CARD_SECONDS) });
      used = 0;
    }
    const stretch = stretchOf(planned, settings);
    const formatClip = formatClips[position];
    if (copied !== null && formatClip && copyKey(formatClip, settings) === copied) {
      parts.push({ kind: 'copy', stretch, frames: facts.video.frameCount ?? frameOf(facts.durationSeconds) });
      return;
    }
    const frames = frameOf(endOf(planned) - clip.start);
    const next = clips[position + 1];
    const fades = settings.crossfadeSeconds > 0 && planned.endsByCut !== true;
    const overlap = fades ? overlapOf(frames - used, next, { fade, frameOf }) : 0;
    const at = (frame: number): Stretch => ({ ...stretch, start: clip.start + secondsOf(frame, format) });
    parts.push(...bodyOf(used, frames - overlap, frameOf(PART_SECONDS), at));
    used = overlap;
    if (overlap > 0 && next) {
      const from = at(frames - overlap);
      parts.push({ kind: 'transition', from, into: stretchOf(next, settings), frames: overlap });
    }
  });
  const frames = parts.reduce((sum, part) => sum + part.frames, 0);
  return {
    format,
    parts,
    copiesSound: canCopySound(clips, parts),
    durationSeconds: secondsOf(frames, format),
  };
}

const stretchOf = ({ index, clip, loudness }: PlannedClip, { loudness: wish }: ReelSettings): Stretch => ({
  clip: index,
  start: clip.start,
  gainDb: wish === 'even' ? gainFor(loudness) : 0,
});

/** The pictures from one on to another, in parts of about the same length. */
function bodyOf(
  from: number,
  to: number,
  partFrames: number,
  at: (frame: number) => Stretch,
): Extract<ReelPart, { kind: 'encode' }>[] {
  const count = Math.max(1, Math.ceil((to - from) / partFrames));
  const bounds = Array.from(
    { length: count + 1 },
    (_, part) => from + Math.round(((to - from) * part) / count),
  );
  return bounds.slice(0, -1).flatMap((start, part) => {
    const frames = (bounds[part + 1] as number) - start;
    return frames > 0 ? [{ kind: 'encode' as const, stretch: at(start), frames }] : [];
  });
}

/** How long a clip and the next one fade into one another: no more than a third of the shorter, none at a title. */
function overlapOf(
  frames: number,
  next: PlannedClip | undefined,
  { fade, frameOf }: { fade: number; frameOf: (seconds: number) => number },
): number {
  if (next === undefined || next.clip.title !== null) return 0;
  const nextFrames = frameOf(endOf(next) - next.clip.start);
  return Math.min(fade, Math.floor(frames / 3), Math.floor(nextFrames / 3));
}

/** Sound is copied where all clips are, none needs gain, and all of it agrees. */
function canCopySound(clips: readonly PlannedClip[], parts: readonly ReelPart[]): boolean {
  const areAllCopied = parts.every((part) => part.kind === 'copy' && part.stretch.gainDb === 0);
  const keys = new Set(clips.map(({ facts }) => soundKey(facts.audio)));
  return areAllCopied && keys.size === 1 && !keys.has(null);
}

const soundKey = (audio: ClipAudio | null): string | null => {
  if (audio === null) return 'none';
  const playsEverywhere = audio.codec === 'aac' && audio.profile === 'LC' && audio.sampleRateHz === 48_000;
  return playsEverywhere && audio.channels <= 2
    ? JSON.stringify([audio.parametersHash, audio.channels])
    : null;
};
