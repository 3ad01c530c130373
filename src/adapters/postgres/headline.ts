/** Marks around what matches, which no text that is searched contains. */
const [START, END] = ['\u0002', '\u0003'] as const;

/** For `ts_headline`: a sentence or two around what matches. */
export const HEADLINE_OPTIONS = `StartSel="${START}", StopSel="${END}", MinWords=20, MaxWords=40`;

/** A marked headline as plain text, and where in it the marks were. */
export function readHeadline(marked: string): { text: string; matches: { from: number; to: number }[] } {
  const matches: { from: number; to: number }[] = [];
  let text = '';
  for (const [index, part] of marked.split(START).entries()) {
    const [inside = '', outside] = index === 0 ? ['', part] : part.split(END);
    if (index > 0) matches.push({ from: text.length, to: text.length + inside.length });
    text += inside + (outside ?? '');
  }
  return { text, matches };
}
