import { isUnnamed, type Speaker, type Turn } from './speakers.ts';

/** A name for a file, as RTTM's columns allow it: no white space. */
const column = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, '_') || '_';

/**
 * speakers.rttm: one line for each turn, in NIST's Rich Transcription Time Marked format (RT-09 evaluation plan,
 * appendix A). Speakers appear under their ids until somebody has named them.
 */
export function formatRttm(turns: readonly Turn[], speakers: readonly Speaker[], file: string): string {
  const names = new Map(
    speakers.filter((speaker) => !isUnnamed(speaker)).map(({ id, label }) => [id, label]),
  );
  return turns
    .map(({ start, end, speaker }) => {
      const name = column(names.get(speaker) ?? speaker);
      return `SPEAKER ${column(file)} 1 ${start.toFixed(3)} ${(end - start).toFixed(3)} <NA> <NA> ${name} <NA> <NA>\n`;
    })
    .join('');
}
