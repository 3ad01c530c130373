import { endsSentence } from './punctuation.ts';
import { inSequence } from './subtitle-tokens.ts';
import { countTerms, hasStopWords, wordsOf, type TextWord } from './terms.ts';
import type { Segment, Transcript } from './transcript.ts';

/** A sentence as it was spoken, over one or several segments. Seconds. */
export interface SpokenSentence {
  /** Of its first segment. */
  segmentId: string;
  start: number;
  end: number;
  text: string;
  speaker: string | null;
  words: TextWord[];
  /** The terms of its content words, in order, repeats kept. */
  terms: string[];
  /** Mean confidence of the recognizer, 0–1; 1 where it does not tell. */
  confidence: number;
}

/** Without a list, words in a larger share of the sentences than this are taken for stop words. */
const STOP_WORD_SHARE = 0.08;
/** Too few sentences show no such share. */
const TELLING_SENTENCES = 20;
/** A recognizer that writes no punctuation leaves no longer sentences than this. */
const MAXIMUM_SENTENCE_SECONDS = 20;
const MAXIMUM_SENTENCE_SEGMENTS = 6;

/** The sentences of a transcript: segments joined until one ends like a sentence, never across speakers. */
export function spokenSentences({ segments, language }: Transcript): SpokenSentence[] {
  const groups: Segment[][] = [];
  for (const segment of segments) {
    const current = groups.at(-1);
    if (current !== undefined && goesOn(current, segment)) current.push(segment);
    else groups.push([segment]);
  }
  const sentences = groups.map((members) => sentenceOf(members, language));
  return hasStopWords(language) ? sentences : withoutFrequentTerms(sentences);
}

function withoutFrequentTerms(sentences: SpokenSentence[]): SpokenSentence[] {
  if (sentences.length < TELLING_SENTENCES) return sentences;
  const sentencesWith = countTerms(sentences.flatMap(({ terms }) => [...new Set(terms)]));
  const isTopic = (term: string): boolean =>
    (sentencesWith.get(term) ?? 0) <= Math.max(2, STOP_WORD_SHARE * sentences.length);
  return sentences.map((sentence) => ({
    ...sentence,
    words: sentence.words.map((word) =>
      word.term === null || isTopic(word.term) ? word : { ...word, term: null },
    ),
    terms: sentence.terms.filter(isTopic),
  }));
}

function goesOn(current: readonly Segment[], next: Segment): boolean {
  const last = current.at(-1);
  return (
    last !== undefined &&
    last.speaker === next.speaker &&
    !endsSentence(last.text) &&
    current.length < MAXIMUM_SENTENCE_SEGMENTS &&
    next.end - (current[0]?.start ?? 0) <= MAXIMUM_SENTENCE_SECONDS
  );
}

function sentenceOf(members: readonly Segment[], language: string): SpokenSentence {
  const [first] = members;
  const text = inSequence(members.map((segment) => segment.text));
  const words = wordsOf(text, language);
  const confidences = members.flatMap((segment) => segment.words.map((word) => word.confidence));
  const total = confidences.reduce((sum, confidence) => sum + confidence, 0);
  return {
    segmentId: first?.id ?? '',
    start: first?.start ?? 0,
    end: members.at(-1)?.end ?? 0,
    text,
    speaker: first?.speaker ?? null,
    words,
    terms: words.flatMap(({ term }) => (term === null ? [] : [term])),
    confidence: confidences.length === 0 ? 1 : total / confidences.length,
  };
}
