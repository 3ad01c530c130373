import { subtitleCues } from './subtitle-cues.ts';
import type { SubtitleCue } from './subtitle-cue.ts';
import { secondsOf, type ReelFormat, type ReelPart, type Stretch } from './reel-part.ts';
import type { ReelSettings } from './reel.ts';
import type { SubtitleSettings } from './subtitle-settings.ts';
import type { Transcript } from './transcript.ts';

/** What is said in the clips of a reel, by the numbers of the clips. */
export type ClipTranscripts = ReadonlyMap<number, Transcript>;

/** A cue that is cut to less than this is not readable. */
const SHORTEST_SECONDS = 0.15;

/** Upright and square reels are watched on phones: few, large words. */
export const captionSettings = ({ orientation }: Pick<ReelSettings, 'orientation'>): SubtitleSettings =>
  orientation === 'landscape' ? {} : { preset: 'shorts' };

/** The subtitles of one part, on its own clock. */
export function partCaptions(
  part: ReelPart,
  {
    format,
    settings,
    transcripts,
  }: { format: ReelFormat; settings: ReelSettings; transcripts: ClipTranscripts },
): SubtitleCue[] {
  const stretch = spokenStretch(part);
  const transcript = stretch === null ? undefined : transcripts.get(stretch.clip);
  if (stretch === null || transcript === undefined) return [];
  const seconds = secondsOf(part.frames, format);
  return subtitleCues(transcript, captionSettings(settings))
    .map((cue) => ({
      ...cue,
      start: Math.max(0, cue.start - stretch.start),
      end: Math.min(seconds, cue.end - stretch.start),
    }))
    .filter(({ start, end }) => end - start >= SHORTEST_SECONDS);
}

/** The subtitles of the whole reel. A cue that goes on over the border of two parts is one. */
export function reelCaptions(
  parts: readonly ReelPart[],
  context: { format: ReelFormat; settings: ReelSettings; transcripts: ClipTranscripts },
): SubtitleCue[] {
  const cues: SubtitleCue[] = [];
  let framesBefore = 0;
  for (const part of parts) {
    const offset = secondsOf(framesBefore, context.format);
    for (const cue of partCaptions(part, context)) {
      const moved = { ...cue, start: cue.start + offset, end: cue.end + offset };
      const last = cues.at(-1);
      if (last && isContinued(last, moved)) last.end = moved.end;
      else cues.push(moved);
    }
    framesBefore += part.frames;
  }
  return cues;
}

const isContinued = (last: SubtitleCue, next: SubtitleCue): boolean =>
  next.start - last.end < 0.01 &&
  last.speaker === next.speaker &&
  last.lines.join('\n') === next.lines.join('\n');

/** In a transition the clip that ends is the one whose sentence is finished. */
function spokenStretch(part: ReelPart): Stretch | null {
  switch (part.kind) {
    case 'card':
      return null;
    case 'transition':
      return part.from;
    default:
      return part.stretch;
  }
}
