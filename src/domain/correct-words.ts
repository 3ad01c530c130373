import { withEdit, withText } from './corrected-text.ts';
import { Conflict, placeOf, type Change, type CorrectedView } from './corrected-view.ts';
import type { Span } from './corrections.ts';
import { isSpaceless } from './subtitle-tokens.ts';
import { languageOf, type Segment, type Transcript } from './transcript.ts';

/** Where text is looked for again on another ground: recognizers place words this far apart. */
const NEAR_SECONDS = 2;
/** Seconds between two stretches; less than none where they overlap. */
const gapBetween = (one: Span, other: Span): number => Math.max(one.start - other.end, other.start - one.end);

const LONGEST_QUOTE = 200;
const cut = (text: string): string =>
  text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;

/** @throws Conflict where the words that were corrected are not there */
export function rewritten(view: CorrectedView, change: Change<'text'>): CorrectedView {
  const { segmentId, before, after, start, end } = change;
  const { segments } = view.transcript;
  const exact = segments.find(({ id, text }) => id === segmentId && text === before);
  const checked = [...view.checked, { start, end }];
  if (exact !== undefined)
    return { ...view, checked, transcript: withSegment(view.transcript, exact, after) };
  let transcript = view.transcript;
  for (const edit of change.edits) {
    const near = transcript.segments
      .filter((segment) => gapBetween(segment, edit) < NEAR_SECONDS)
      .toSorted((one, other) => gapBetween(one, edit) - gapBetween(other, edit));
    const found = near.flatMap((segment) => {
      const text = withEdit(segment, edit, languageOf(segment, transcript));
      return text === undefined ? [] : [{ segment, text }];
    })[0];
    if (found === undefined) {
      const heard = near.map(({ text }) => text).join(' ');
      throw new Conflict(
        `"${edit.before}" was to become "${edit.after}" ${placeOf(edit)}, where it now says "${cut(heard)}".`,
      );
    }
    transcript = withSegment(transcript, found.segment, found.text);
  }
  return { ...view, checked, transcript };
}

/** @throws Conflict where neither the words nor what replaces them is there */
export function replaced(view: CorrectedView, { find, replaceWith }: Change<'replace'>): CorrectedView {
  const pattern = wholeWords(find);
  let count = 0;
  let transcript = view.transcript;
  for (const segment of view.transcript.segments) {
    const matches = segment.text.match(pattern)?.length ?? 0;
    if (matches === 0) continue;
    count += matches;
    const text = segment.text.replace(pattern, () => replaceWith);
    transcript = withSegment(transcript, segment, text.replace(/\s+/gu, ' ').trim());
  }
  const isRight = (): boolean =>
    replaceWith !== '' && view.transcript.segments.some(({ text }) => wholeWords(replaceWith).test(text));
  if (count === 0 && !isRight()) throw new Conflict(`"${find}" is nowhere in the transcript.`);
  return { ...view, transcript };
}

/** A text as whole words: "art" is not in "party". Scripts without spaces have no borders to look at. */
export function wholeWords(text: string): RegExp {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&').replace(/\s+/gu, '\\s+');
  const isWordPart = (character: string | undefined): boolean =>
    character !== undefined && /[\p{L}\p{N}]/u.test(character) && !isSpaceless(character);
  const characters = [...text];
  const before = isWordPart(characters[0]) ? '(?<![\\p{L}\\p{N}])' : '';
  const after = isWordPart(characters.at(-1)) ? '(?![\\p{L}\\p{N}])' : '';
  return new RegExp(before + literal + after, 'gu');
}

/** With another text in one segment, which is left out where the text is empty. */
function withSegment(transcript: Transcript, segment: Segment, text: string): Transcript {
  const language = languageOf(segment, transcript);
  return {
    ...transcript,
    segments: transcript.segments.flatMap((each) => {
      if (each !== segment) return [each];
      return text === '' ? [] : [withText(segment, text, language)];
    }),
  };
}
