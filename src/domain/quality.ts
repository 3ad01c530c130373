import { z } from 'zod';
import { formatClock } from './time.ts';

export const SUSPECT_KINDS = [
  /** The model itself was not sure of what it wrote. */
  'lowConfidence',
  /** The same words over and over: recognizers do this where they lose the speech. */
  'loop',
  /** Speech, by the detector, without a word, for so long that a whole window of the model is missing. */
  'hole',
  /** A shorter stretch of speech without a word; may be laughter or a voice behind the speaker. */
  'speechWithoutText',
  /** Words where the detector heard nobody: recognizers make text up from silence and music. */
  'textWithoutSpeech',
  /** Several people speak at once: recognizers write down the louder one, or a mixture. */
  'overlap',
] as const;

/** A stretch of the video whose text should be checked by ear. Seconds. */
export const suspectRangeSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  kind: z.enum(SUSPECT_KINDS),
  /** What was found, for people. */
  detail: z.string(),
});
export type SuspectRange = z.infer<typeof suspectRangeSchema>;

/** How a suspect range is told in the report. */
export const suspectSentence = ({ start, end, detail }: SuspectRange): string =>
  `${formatClock(start)}–${formatClock(end)} ${detail}`;
