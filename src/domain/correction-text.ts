import type { CorrectionChange, CorrectionConflict } from './corrections.ts';
import { formatClock } from './time.ts';

const LONGEST_QUOTE = 120;
const quoted = (text: string): string =>
  `"${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}"`;

/** What a correction does, in a line. */
export function describeChange(change: CorrectionChange): string {
  switch (change.kind) {
    case 'rename':
      return `${change.speaker.label} is ${change.name}`;
    case 'merge':
      return `${change.speakers.map(({ label }) => label).join(', ')} and ${change.into.label} are one`;
    case 'reassign': {
      const [first] = change.ranges;
      const more = change.ranges.length > 1 ? ` and in ${change.ranges.length - 1} more places` : '';
      return `${change.name} speaks at ${formatClock(first?.start ?? 0)}${more}`;
    }
    case 'text': {
      const place = formatClock(change.start);
      if (change.after === '') return `${place} nothing is said in place of ${quoted(change.before)}`;
      return `${place} ${quoted(change.before)} is ${quoted(change.after)}`;
    }
    case 'replace':
      return `${quoted(change.find)} is ${quoted(change.replaceWith)} everywhere`;
  }
}

/** How a conflict is told in the report. */
export const conflictSentence = ({ start, message }: CorrectionConflict): string =>
  start === null ? message : `${formatClock(start)} ${message}`;
