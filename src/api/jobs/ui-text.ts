/** The most that Temporal takes of a workflow's summary, as JSON: with more, the workflow would not start. */
const SUMMARY_BYTES = 400;

const MARKS = /[\\`*_[\]<>#|!]/g;

/** The Temporal UI renders Markdown: addresses and names are strangers' text and must stay text. */
export const uiText = (text: string): string => text.replace(MARKS, '\\$&').replace(/\s+/g, ' ');

/** The same for the one line that a list of workflows shows, as much of it as Temporal takes. */
export function uiSummary(text: string): string {
  let summary = '';
  for (const character of text) {
    const longer = summary + uiText(character);
    if (Buffer.byteLength(JSON.stringify(longer)) > SUMMARY_BYTES) break;
    summary = longer;
  }
  return summary;
}
