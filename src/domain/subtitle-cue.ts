/** One subtitle. Seconds; `lines` are as many as the rules allow, at least one, none empty. */
export interface SubtitleCue {
  start: number;
  end: number;
  lines: string[];
  /** Who speaks, where known. */
  speaker: string | null;
  /** The speaker's name, where it is to be shown before the text: there are several, and this one just began. */
  speakerPrefix: string | null;
}
