import { endsSentence } from './punctuation.ts';
import { inSequence } from './subtitle-tokens.ts';
import { formatClock } from './time.ts';
import type { Segment, Transcript } from './transcript.ts';

/** A longer pause than this begins a new paragraph. */
const PARAGRAPH_PAUSE_SECONDS = 1.5;
/** From this length on, in segments of about a sentence, the next sentence end closes a paragraph. */
const FULL_PARAGRAPH_SEGMENTS = 6;
/** And from this length on any segment end does: some recognizers write no punctuation. */
const LONGEST_PARAGRAPH_SEGMENTS = 12;
/** A pause ends no paragraph shorter than this: people pause after "Well." */
const SHORTEST_PARAGRAPH_SEGMENTS = 2;

/** Segments that are read as one paragraph. */
export interface Paragraph {
  start: number;
  speaker: string | null;
  text: string;
}

/** Gathers segments into paragraphs: by speaker, then by pauses at sentence ends, then by length. */
export function paragraphsOf(segments: readonly Segment[]): Paragraph[] {
  const paragraphs: Segment[][] = [];
  for (const segment of segments) {
    const current = paragraphs.at(-1);
    if (current === undefined || endsParagraph(current, segment)) paragraphs.push([segment]);
    else current.push(segment);
  }
  return paragraphs.map((members) => ({
    start: members[0]?.start ?? 0,
    speaker: members[0]?.speaker ?? null,
    text: inSequence(members.map((segment) => segment.text)),
  }));
}

function endsParagraph(current: readonly Segment[], next: Segment): boolean {
  const last = current.at(-1);
  if (last === undefined || last.speaker !== next.speaker) return true;
  if (current.length >= LONGEST_PARAGRAPH_SEGMENTS) return true;
  if (!endsSentence(last.text)) return false;
  if (current.length >= FULL_PARAGRAPH_SEGMENTS) return true;
  return next.start - last.end > PARAGRAPH_PAUSE_SECONDS && current.length >= SHORTEST_PARAGRAPH_SEGMENTS;
}

/**
 * transcript.txt: paragraphs, each under a line with its time and, where speakers are known, who speaks. Empty
 * where nobody does.
 */
export const transcriptText = ({ segments }: Transcript): string =>
  paragraphsOf(segments)
    .map(({ start, speaker, text }) => {
      const head = speaker === null ? `[${formatClock(start)}]` : `[${formatClock(start)}] ${speaker}`;
      return `${head}\n${text}\n`;
    })
    .join('\n');
