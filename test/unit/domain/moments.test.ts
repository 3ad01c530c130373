import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOMENT_FEATURES } from '../../../src/domain/moment-features.ts';
import { findMoments } from '../../../src/domain/moments.ts';
import { FEWEST_MOMENTS, momentSchema, MOST_MOMENTS, type Moment } from '../../../src/domain/proposal.ts';
import type { Segment, Transcript } from '../../../src/domain/transcript.ts';
import { spokenSentences } from '../../../src/domain/transcript-sentences.ts';
import { transcriptOf, type SpokenLine } from '../../support/spoken-lines.ts';
import { TOPIC_COUNT, threeTopicTalk, topicWords } from '../../support/three-topic-talk.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const lengthArbitrary = fc.integer({ min: 10, max: 600 });
const countArbitrary = fc.option(fc.integer({ min: FEWEST_MOMENTS, max: MOST_MOMENTS }), { nil: undefined });
const seconds = (moments: readonly Moment[]): number =>
  moments.reduce((total, { start, end }) => total + end - start, 0);

/** What is said in a meeting while nothing happens. */
const SMALL_TALK: readonly SpokenLine[] = [
  'And so then we went on with it for a while.',
  'Okay, well, let us see what is next here.',
  'It was sort of the same thing as before, you know.',
  'So that is kind of where we are right now.',
  'And they said that it would be fine, I think.',
  'Well, we can come back to that a bit later on.',
].map((text) => ({ text, speaker: 'S1' }));
const smallTalk = (lines: number): SpokenLine[] =>
  Array.from({ length: lines }, (_, index) => SMALL_TALK[index % SMALL_TALK.length] as SpokenLine);

/** The moment, if there is one, whose text has some words. */
const momentWith = (moments: readonly Moment[], words: string): Moment | undefined =>
  moments.find(({ text }) => text.includes(words));

const bestOf = (moments: readonly Moment[]): Moment | undefined =>
  moments.toSorted((one, other) => other.score - one.score)[0];

const planted = (...lines: SpokenLine[]): Transcript =>
  transcriptOf([...smallTalk(30), ...lines, ...smallTalk(30)]);

describe('findMoments', () => {
  it('never cuts a word, and leaves a pause where there is one', () => {
    fc.assert(
      fc.property(
        transcriptArbitrary,
        lengthArbitrary,
        countArbitrary,
        (transcript, lengthSeconds, count) => {
          const spans = transcript.segments.flatMap((segment): { start: number; end: number }[] =>
            segment.words.length > 0 ? segment.words : [segment],
          );
          for (const { start, end } of findMoments(transcript, [], { lengthSeconds, count })) {
            for (const border of [start, end]) {
              expect(spans.filter((word) => word.start < border && border < word.end)).toEqual([]);
            }
            const first = spans.find((word) => word.start >= start && word.end > start);
            const before = spans.findLast((word) => word.end <= start);
            const pause = (first?.start ?? 0) - (before?.end ?? 0);
            if (pause > 0.01) expect(start).toBeLessThan(first?.start ?? 0);
          }
        },
      ),
    );
  });

  it('finds moments of any transcript in order, apart, within the media and the length asked for', () => {
    fc.assert(
      fc.property(
        transcriptArbitrary,
        lengthArbitrary,
        countArbitrary,
        (transcript, lengthSeconds, count) => {
          const moments = findMoments(transcript, [], { lengthSeconds, count });
          expect(moments.map((moment) => momentSchema.parse(moment))).toEqual(moments);
          expect(seconds(moments)).toBeLessThanOrEqual(lengthSeconds + 1e-6);
          expect(moments.length).toBeLessThanOrEqual(count ?? MOST_MOMENTS);
          moments.forEach(({ start, end, title, reason, text }, index) => {
            expect(start).toBeGreaterThanOrEqual(moments[index - 1]?.end ?? 0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(transcript.durationSeconds);
            expect(title).not.toBe('');
            expect(reason).toMatch(/^It .+\.$/su);
            expect(text).not.toBe('');
          });
        },
      ),
    );
  });

  it('takes no title from a sentence without words', () => {
    const said = (text: string, start: number, end: number): Segment => ({
      ...{ id: `s${start}`, start, end, text, speaker: null, words: [] },
    });
    const segments = [said('…', 0, 0), said('the the the', 0.2, 1.7)];
    const transcript = { language: 'en', durationSeconds: 2.4, segments };
    expect(findMoments(transcript, [], { lengthSeconds: 10 })).toMatchObject([{ title: 'the the the' }]);
  });

  it('finds three at least where three sentences fit', () => {
    fc.assert(
      fc.property(transcriptArbitrary, lengthArbitrary, (transcript, lengthSeconds) => {
        const fitting = spokenSentences(transcript).filter(({ start, end, terms }) => {
          // Room for the pauses that are kept around a sentence.
          const withPauses = end - start + 0.5;
          return end - start >= 2 && withPauses <= lengthSeconds / FEWEST_MOMENTS && terms.length > 0;
        });
        const { length } = findMoments(transcript, [], { lengthSeconds });
        expect(length).toBeGreaterThanOrEqual(Math.min(FEWEST_MOMENTS, fitting.length));
      }),
    );
  });

  it('finds the same each time', () => {
    fc.assert(
      fc.property(transcriptArbitrary, lengthArbitrary, (transcript, lengthSeconds) => {
        const find = () => findMoments(structuredClone(transcript), [], { lengthSeconds });
        expect(find()).toEqual(find());
      }),
    );
  });

  it('finds nothing where nobody speaks', () => {
    expect(
      findMoments({ language: 'und', durationSeconds: 60, segments: [] }, [], { lengthSeconds: 60 }),
    ).toEqual([]);
  });

  it('finds three to ten moments of a talk, one for about twelve seconds', () => {
    const talk = threeTopicTalk(75);
    const found = (lengthSeconds: number): number => findMoments(talk, [], { lengthSeconds }).length;
    expect(found(15)).toBeGreaterThanOrEqual(FEWEST_MOMENTS);
    expect(found(60)).toBeGreaterThanOrEqual(4);
    expect(found(60)).toBeLessThanOrEqual(MOST_MOMENTS);
    expect(found(600)).toBeLessThanOrEqual(MOST_MOMENTS);
    expect(findMoments(talk, [], { lengthSeconds: 60, count: 3 })).toHaveLength(3);
  });

  it('shows every topic of a talk in place of one topic again and again', () => {
    const texts = findMoments(threeTopicTalk(40), [], { lengthSeconds: 60 }).map(({ text }) => text);
    for (let topic = 0; topic < TOPIC_COUNT; topic += 1) {
      const isShown = texts.some((text) =>
        topicWords(topic).some((word) => text.toLowerCase().includes(word)),
      );
      expect(isShown).toBe(true);
    }
  });

  it('goes through six hours in near-linear time', () => {
    expect(findMoments(threeTopicTalk(1200), [], { lengthSeconds: 60 }).length).toBeGreaterThan(3);
  });
});

describe('what makes a moment', () => {
  const ANSWER =
    'The flood destroyed four hundred homes along the river, and Senator Jane Doe never visited the valley.';

  it('is found in the middle of small talk, and wins', () => {
    const moments = findMoments(planted({ text: ANSWER, speaker: 'S1', pause: 1 }), [], {
      lengthSeconds: 30,
    });
    expect(bestOf(moments)?.text).toContain('The flood destroyed');
  });

  it('is a question with its answer, which begins with the question and takes it for a title', () => {
    const moments = findMoments(
      planted(
        { text: 'What did the flood do to the homes in the valley?', speaker: 'S2', pause: 0.8 },
        { text: ANSWER, speaker: 'S1', pause: 0.5 },
      ),
      [],
      { lengthSeconds: 60 },
    );
    const best = bestOf(moments);
    expect(best?.title).toBe('What did the flood do to the homes in the valley?');
    expect(best?.text).toContain('never visited the valley.');
    expect(best?.reason).toContain('answers a question');
  });

  it('is a figure, and a name, before the same sentence without them', () => {
    const plain: SpokenLine = { text: 'Our neighbours rebuilt the bridge after the storm with borrowed tools.', pause: 1 }; // prettier-ignore
    const telling: SpokenLine = { text: 'Our neighbours rebuilt 14 bridges after the storm with borrowed tools.', pause: 1 }; // prettier-ignore
    const transcript = transcriptOf([...smallTalk(9), plain, ...smallTalk(9), telling, ...smallTalk(9)]);
    const start = transcript.segments.find(({ text }) => text === telling.text)?.start ?? 0;
    const mention = { segmentId: 's1', start: start + 1, end: start + 2 };
    const neighbours = {
      id: 'n',
      name: 'Ann Lee',
      type: 'PERSON' as const,
      aliases: [],
      mentions: [mention],
    };
    const moments = findMoments(transcript, [neighbours], { lengthSeconds: 30 });
    expect(bestOf(moments)?.text).toContain('14 bridges');
    expect(bestOf(moments)?.reason).toMatch(/figure \(14\)|names Ann Lee/u);
  });

  it('is what the audience reacts to', () => {
    const lines = planted({ text: ANSWER, pause: 1 }, { text: 'So anyway we went on.', pause: 4 });
    const end = lines.segments.find(({ text }) => text === ANSWER)?.end ?? 0;
    const laughter = { start: end + 0.2, end: end + 3.6, kind: 'speechWithoutText' as const, detail: 'x' };
    const scoreOf = (transcript: Transcript): number =>
      momentWith(findMoments(transcript, [], { lengthSeconds: 30 }), 'The flood')?.score ?? 0;
    expect(scoreOf({ ...lines, suspectRanges: [laughter] })).toBeGreaterThan(scoreOf(lines));
  });

  it('is not what the recognizer was unsure of', () => {
    const lines = planted({ text: ANSWER, pause: 1 });
    const { start, end } = lines.segments.find(({ text }) => text === ANSWER) ?? { start: 0, end: 0 };
    const doubt = { start, end, kind: 'loop' as const, detail: 'x' };
    const moments = findMoments({ ...lines, suspectRanges: [doubt] }, [], { lengthSeconds: 30 });
    expect(bestOf(moments)?.text).not.toContain('The flood');
  });

  it('is not half a sentence, nor one that leans on the one before', () => {
    const scoreOf = (text: string): number =>
      momentWith(findMoments(planted({ text, pause: 1 }), [], { lengthSeconds: 30 }), text)?.score ?? 0;
    const whole = scoreOf('The storm destroyed the bridge and the school in Springfield last winter.');
    expect(whole).toBeGreaterThan(
      scoreOf('and the storm destroyed the bridge and the school in Springfield last winter.'),
    );
    expect(whole).toBeGreaterThan(
      scoreOf('This storm destroyed the bridge and the school in Springfield last'),
    );
  });

  it('is weighed by a table whose weights are together 1', () => {
    const weights = Object.values(MOMENT_FEATURES).map(({ weight }) => weight);
    expect(weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 9);
  });
});
