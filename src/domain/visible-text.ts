/**
 * Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9). Unclosed in a video's text or name
 * they would turn around whatever follows. Implicit marks (LRM, RLM, ALM) do no harm and stay.
 */
const BIDI_CONTROLS = '\\u202a-\\u202e\\u2066-\\u2069';

/** A stretch of what counts as white space in subtitles: spaces, control characters, bidi controls. */
const SPACE = new RegExp(`[\\s\\p{Cc}${BIDI_CONTROLS}]+`, 'gu');
const PIECE = new RegExp(`[^\\s\\p{Cc}${BIDI_CONTROLS}]+`, 'gu');
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}+$/u;

/** The pieces of a text between white space that show anything. Well-formed; indexes are those of the text. */
export function visiblePieces(text: string): { text: string; index: number }[] {
  return [...text.toWellFormed().matchAll(PIECE)]
    .map((match) => ({ text: match[0], index: match.index }))
    .filter((piece) => !INVISIBLE.test(piece.text));
}

/** A name on one line, without control characters; null where nothing of it is to be seen. */
export function visibleName(name: string | null): string | null {
  const text = (name ?? '').toWellFormed().replace(SPACE, ' ').trim();
  return text === '' || visiblePieces(text).length === 0 ? null : text;
}
