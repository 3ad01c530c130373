import type { SuspectRange } from './quality.ts';
import type { Transcript } from './transcript.ts';

/** A shorter overlap is a change of speakers or a "yes" in between, and costs no words. */
const SHORTEST_OVERLAP_SECONDS = 1;

/** All that should be checked by ear: the text that is in doubt, and where people talk over each other. In order. */
export function toBeChecked({ suspectRanges = [], overlaps = [] }: Transcript): SuspectRange[] {
  const talkedOver = overlaps
    .filter(({ start, end }) => end - start >= SHORTEST_OVERLAP_SECONDS)
    .map(({ start, end, speakers }): SuspectRange => {
      return { start, end, kind: 'overlap', detail: `${speakers.length} people speak at the same time` };
    });
  return [...suspectRanges, ...talkedOver].sort(
    (one, other) => one.start - other.start || one.end - other.end,
  );
}
