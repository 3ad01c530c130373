/** The most that Temporal takes of a summary, as JSON: with more, a workflow or step would not start. */
const SUMMARY_BYTES = 400;

const encoder = new TextEncoder();

const MARKS = /[\\`*_[\]<>#|!]/g;

/** The Temporal UI renders Markdown: addresses and names are strangers' text and must stay text. */
export const uiText = (text: string): string => text.replace(MARKS, '\\$&').replace(/\s+/g, ' ');

/** The same for the one line that lists of workflows and steps show, as much of it as Temporal takes. */
export function uiSummary(text: string): string {
  let summary = '';
  for (const character of text) {
    const longer = summary + uiText(character);
    if (encoder.encode(JSON.stringify(longer)).length > SUMMARY_BYTES) break;
    summary = longer;
  }
  return summary;
}
