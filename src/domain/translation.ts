import { z } from 'zod';
import { inSequence } from './subtitle-tokens.ts';
import { isAlreadyIn } from './target-language.ts';
import { languageOf, wordSchema, type Segment, type Transcript } from './transcript.ts';

/** What a segment says in another language. */
export const translatedTextSchema = z.object({
  /** Empty where the translator heard nothing to say at its time. */
  text: z.string(),
  /** Where the translator tells when each word is to be read; else they share the segment's time. */
  words: z.array(wordSchema),
});
export type TranslatedText = z.infer<typeof translatedTextSchema>;

/** One text for each segment of a window, in order; null for those that stay as they are. */
export const translatedWindowSchema = z.array(translatedTextSchema.nullable());
export type TranslatedWindow = z.infer<typeof translatedWindowSchema>;

/** A stretch of the video's time: the segments that begin in it are translated together. */
export interface TranslationWindow {
  start: number;
  /** Null: to the end. */
  end: number | null;
}

/** The segments of a window, in order. Windows that follow one another share none and leave none out. */
export const segmentsIn = (transcript: Transcript, { start, end }: TranslationWindow): Segment[] =>
  transcript.segments.filter((segment) => segment.start >= start && segment.start < (end ?? Infinity));

/**
 * A window made of an earlier translation whose segments may have been others: each of its texts goes to the segment
 * that it shares the most time with. Pure.
 */
export function keptWindow(
  segments: readonly Segment[],
  earlier: readonly Pick<Segment, 'start' | 'end' | 'text' | 'words'>[],
): TranslatedWindow {
  const shared = (one: Stretch, other: Stretch): number =>
    Math.min(one.end, other.end) - Math.max(one.start, other.start);
  const kept = segments.map((): TranslatedText[] => []);
  for (const { text, words, ...stretch } of earlier) {
    const times = segments.map((segment) => shared(segment, stretch));
    const most = Math.max(...times);
    if (most > 0) kept[times.indexOf(most)]?.push({ text, words });
  }
  return kept.map((texts) =>
    texts.length === 0
      ? null
      : { text: inSequence(texts.map(({ text }) => text)), words: texts.flatMap(({ words }) => words) },
  );
}

type Stretch = Pick<Segment, 'start' | 'end'>;

/** Segments before and after a window that a translator is told, so that it knows what is spoken of. */
const CONTEXT_SEGMENTS = { before: 3, after: 2 };

/** What is said just before and after a window. */
export function contextOf(
  { segments }: Transcript,
  { start, end }: TranslationWindow,
): { before: string[]; after: string[] } {
  const first = segments.findIndex((segment) => segment.start >= start);
  const next = end === null ? -1 : segments.findIndex((segment) => segment.start >= end);
  const textsOf = (from: number, to: number): string[] => segments.slice(from, to).map(({ text }) => text);
  return {
    before: first < 0 ? [] : textsOf(Math.max(0, first - CONTEXT_SEGMENTS.before), first),
    after: next < 0 ? [] : textsOf(next, next + CONTEXT_SEGMENTS.after),
  };
}

/** Whether a segment has to be translated. */
export const isForeign = (segment: Segment, transcript: Transcript, target: string): boolean =>
  !isAlreadyIn(languageOf(segment, transcript), target);

/**
 * The transcript in another language: the same segments at the same times by the same speakers. What is said in
 * that language already stays as it is; segments without a translation are left out, the words before and after
 * say what they did.
 *
 * @throws Error where a window does not fit the transcript, which is a defect of whoever put them together
 */
export function joinTranslation(
  transcript: Transcript,
  windows: readonly { window: TranslationWindow; translated: TranslatedWindow }[],
  language: string,
): Transcript {
  const texts = new Map<string, TranslatedText>();
  for (const { window, translated } of windows) {
    const segments = segmentsIn(transcript, window);
    if (segments.length !== translated.length) throw new Error('a translated window has other segments');
    segments.forEach(({ id }, index) => {
      const text = translated[index];
      if (text) texts.set(id, text);
    });
  }
  const segments = transcript.segments.flatMap(({ language: spoken, ...segment }): Segment[] => {
    if (!isForeign({ ...segment, ...(spoken && { language: spoken }) }, transcript, language))
      return [segment];
    const translated = texts.get(segment.id);
    return translated === undefined || translated.text === '' ? [] : [{ ...segment, ...translated }];
  });
  const { durationSeconds, speakers } = transcript;
  return { language, durationSeconds, segments, ...(speakers && { speakers }) };
}
