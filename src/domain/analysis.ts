import { findChapters } from './chapters.ts';
import { highlightSchema, type Analysis, type Quote } from './core-document.ts';
import type { KnowledgeGraph } from './knowledge.ts';
import type { VideoMetadata } from './media.ts';
import { findMoments } from './moments.ts';
import { quotableSentences } from './quotes.ts';
import { rankSentences, type RankedSentence } from './sentence-ranking.ts';
import { inSequence } from './subtitle-tokens.ts';
import { summarySentences } from './summary.ts';
import { spokenSentences } from './transcript-sentences.ts';
import type { Transcript } from './transcript.ts';

/** Highlights are a minute of a video, and of a short one this share. */
const HIGHLIGHT_SECONDS = 60;
const HIGHLIGHT_SHARE = 1 / 3;

/**
 * What a transcript says in short, from its own sentences: a summary with sources, chapters, quotes and highlights
 * (R10). Nothing in it is made up, and no model is asked. All empty where nobody speaks, but for the publisher's
 * chapters.
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
    summary: inSequence(summary.map(({ sentence }) => sentence.text)),
    summarySentences: summary.map(quoteOf),
    chapters: findChapters({ durationSeconds, sentences, entities: graph?.nodes ?? [], publisherChapters }),
    quotes: quotableSentences(ranked, summary, durationSeconds).map(quoteOf),
    highlights: findMoments(transcript, graph?.nodes ?? [], {
      lengthSeconds: Math.min(HIGHLIGHT_SECONDS, HIGHLIGHT_SHARE * durationSeconds),
    }).map((moment) => highlightSchema.parse(moment)),
  };
}

const quoteOf = ({ sentence: { segmentId, start, end, text, speaker } }: RankedSentence): Quote => ({
  segmentId,
  start,
  end,
  text,
  speaker,
});
