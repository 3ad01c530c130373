/** One subtitle. Seconds; `lines` are one or two, none empty. */
export interface SubtitleCue {
  start: number;
  end: number;
  lines: string[];
  /** Who speaks, where known. */
  speaker: string | null;
  /** The speaker's name, where it is to be shown before the text: there are several, and this one just began. */
  speakerPrefix: string | null;
}

/**
 * The rules of subtitles, as broadcasters and streaming services publish them. Widths are characters as
 * `textWidth` counts them.
 */
export const SUBTITLE_RULES = {
  maximumLineWidth: 42,
  maximumSeconds: 7,
  /** Stay so long, and be read no faster, wherever the pause after the speech allows it. */
  comfortable: { seconds: 1, widthPerSecond: 17 },
  /** Give up even the gap before the next cue for these. */
  tolerable: { seconds: 0.8, widthPerSecond: 20 },
  /** Two frames at 25 a second: what the eye needs to see that the text changed. */
  gapSeconds: 0.08,
  /** A shorter pause than this between cues flickers: the earlier cue stays until the gap. */
  flickerSeconds: 0.5,
} as const;
