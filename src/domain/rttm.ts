import type { Turn } from './speakers.ts';

/** A name for a file, as RTTM's columns allow it: no white space. */
const column = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, '_') || '_';

/**
 * speakers.rttm: one line for each turn, in NIST's Rich Transcription Time Marked format (RT-09 evaluation plan,
 * appendix A).
 */
export const formatRttm = (turns: readonly Turn[], file: string): string =>
  turns
    .map(
      ({ start, end, speaker }) =>
        `SPEAKER ${column(file)} 1 ${start.toFixed(3)} ${(end - start).toFixed(3)} <NA> <NA> ${column(speaker)} <NA> <NA>\n`,
    )
    .join('');
