import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseTranscript } from '../../../src/domain/analysis.ts';
import { inSequence } from '../../../src/domain/subtitle-tokens.ts';
import { analysisSchema } from '../../../src/domain/core-document.ts';
import { TOPIC_COUNT, threeTopicTalk, topicWords } from '../../support/three-topic-talk.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const silence = { language: 'und', durationSeconds: 60, segments: [] };

describe('analyseTranscript', () => {
  it('makes a valid analysis of any transcript in any language', () => {
    fc.assert(
      fc.property(
        transcriptArbitrary,
        fc.constantFrom('en', 'ja', 'xx', 'not a language'),
        (transcript, language) => {
          const analysis = analyseTranscript({ ...transcript, language }, null, []);
          expect(analysisSchema.parse(analysis)).toEqual(analysis);
        },
      ),
    );
  });

  it('takes summary and quotes from the transcript alone, in order, each with its place', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const { summary, summarySentences, quotes } = analyseTranscript(transcript, null, []);
        expect(summary).toBe(inSequence(summarySentences.map(({ text }) => text)));
        for (const sentences of [summarySentences, quotes]) {
          expect(sentences.length).toBeLessThanOrEqual(7);
          sentences.forEach(({ segmentId, start, text }, index) => {
            const segment = transcript.segments.find(({ id }) => id === segmentId);
            expect(segment?.start).toBe(start);
            expect(text.startsWith(segment?.text ?? '?')).toBe(true);
            expect(start).toBeGreaterThanOrEqual(sentences[index - 1]?.start ?? 0);
          });
        }
        const said = new Set(summarySentences.map(({ segmentId }) => segmentId));
        for (const quote of quotes) expect(said.has(quote.segmentId)).toBe(false);
      }),
    );
  });

  it('summarises every topic of a talk without repeating itself', () => {
    const { summarySentences } = analyseTranscript(threeTopicTalk(40), null, []);
    expect(new Set(summarySentences.map(({ text }) => text)).size).toBe(summarySentences.length);
    for (let topic = 0; topic < TOPIC_COUNT; topic += 1) {
      const isCovered = summarySentences.some(({ text }) =>
        topicWords(topic).some((word) => text.toLowerCase().includes(word)),
      );
      expect(isCovered).toBe(true);
    }
  });

  it('is empty where nobody speaks', () => {
    expect(analyseTranscript(silence, null, [])).toEqual({
      summary: '',
      summarySentences: [],
      chapters: [],
      quotes: [],
      highlights: [],
    });
  });

  it('analyses six hours in near-linear time', () => {
    const { chapters, summarySentences } = analyseTranscript(threeTopicTalk(1200), null, []);
    expect(chapters.length).toBeGreaterThan(20);
    expect(summarySentences).toHaveLength(7);
  });
});

describe('chapters', () => {
  it('follow each other without gap from the start to the end, each with a title', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const { chapters } = analyseTranscript(transcript, null, []);
        expect(chapters.length > 0).toBe(transcript.segments.length > 0);
        chapters.forEach((chapter, index) => {
          expect(chapter.start).toBe(index === 0 ? 0 : chapters[index - 1]?.end);
          expect(chapter.end).toBeGreaterThan(chapter.start);
          expect(chapter.title).not.toBe('');
        });
        if (chapters.length > 0) expect(chapters.at(-1)?.end).toBe(transcript.durationSeconds);
      }),
    );
  });

  it('begin where the topic changes', () => {
    const transcript = threeTopicTalk(75);
    const { chapters } = analyseTranscript(transcript, null, []);
    expect(chapters).toHaveLength(TOPIC_COUNT);
    chapters.forEach((chapter, topic) => {
      expect(Math.abs(chapter.start - topic * 75 * 6)).toBeLessThanOrEqual(30);
      expect(topicWords(topic).some((word) => chapter.title.toLowerCase().includes(word))).toBe(true);
    });
  });

  it('are one or two for a short talk and one for five to ten minutes of a long one', () => {
    const countFor = (sentencesPerTopic: number): number =>
      analyseTranscript(threeTopicTalk(sentencesPerTopic), null, []).chapters.length;
    expect(countFor(5)).toBe(1);
    expect(countFor(20)).toBeLessThanOrEqual(2);
    const hours = (1200 * TOPIC_COUNT * 6) / 3600;
    expect(countFor(1200) / hours).toBeGreaterThanOrEqual(5);
    expect(countFor(1200) / hours).toBeLessThanOrEqual(12);
  });

  it('are the publisher’s own where there are any, clipped to the media and cleaned', () => {
    const { chapters } = analyseTranscript({ ...silence, durationSeconds: 100 }, null, [
      { start: 50, end: 80, title: ' Second\n chapter ' },
      { start: 2, end: 50, title: 'First' },
      { start: 50, end: 60, title: 'Twice' },
      { start: 100, end: 130, title: 'Too late' },
    ]);
    expect(chapters).toEqual([
      { start: 0, end: 50, title: 'First' },
      { start: 50, end: 100, title: 'Second chapter' },
    ]);
  });

  it('are named after entities before other words', () => {
    const transcript = threeTopicTalk(10);
    const mentions = transcript.segments
      .slice(0, 8)
      .map(({ id, start, end }) => ({ segmentId: id, start, end }));
    const entity = { id: 'water-board', name: 'Water Board', type: 'ORG' as const, aliases: [], mentions };
    const { chapters } = analyseTranscript(transcript, { nodes: [entity], edges: [] }, []);
    expect(chapters[0]?.title).toContain('Water Board');
  });
});
