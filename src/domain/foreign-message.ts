const LONGEST_MESSAGE = 300;

/** What another service says about a failure: one line, short, and without anything that looks like a key. */
export const foreignMessage = (text: string): string =>
  text
    .replace(/\b(sk|key|Bearer)[-_ ][\w-]{8,}|\bAIza[\w-]{8,}/gi, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_MESSAGE);
