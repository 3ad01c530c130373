import { findChapters } from './chapters.ts';
import type { Analysis, Quote } from './core-document.ts';
import type { KnowledgeGraph } from './knowledge.ts';
import type { VideoMetadata } from './media.ts';
import { quotableSentences } from './quotes.ts';
import { rankSentences, type RankedSentence } from './sentence-ranking.ts';
import { summarySentences } from './summary.ts';
import { spokenSentences } from './transcript-sentences.ts';
import type { Transcript } from './transcript.ts';

/**
 * What a transcript says in short, from its own sentences: a summary with sources, chapters and quotes. Nothing in
 * it is made up, and no model is asked. All empty where nobody speaks, but for the publisher's chapters.
 */
export function analyseTranscript(
  transcript: Transcript,
  graph: KnowledgeGraph | null,
  publisherChapters: VideoMetadata['chapters'],
): Analysis {
  const { durationSeconds } = transcript;
  const sentences = spokenSentences(transcript);
  const ranked = rankSentences(sentences);
  const summary = summarySentences(ranked, durationSeconds);
  return {
    summary: summary.map(({ sentence }) => sentence.text).join(' '),
    summarySentences: summary.map(quoteOf),
    chapters: findChapters({ durationSeconds, sentences, entities: graph?.nodes ?? [], publisherChapters }),
    quotes: quotableSentences(ranked, summary, durationSeconds).map(quoteOf),
  };
}

const quoteOf = ({ sentence: { segmentId, start, end, text, speaker } }: RankedSentence): Quote => ({
  segmentId,
  start,
  end,
  text,
  speaker,
});
