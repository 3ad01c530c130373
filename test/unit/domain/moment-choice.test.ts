import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitMoments, rankedMoments, usableMoments } from '../../../src/domain/moment-choice.ts';
import { choicePrompt, type Choice } from '../../../src/domain/moment-prompt.ts';
import { momentWindows } from '../../../src/domain/moment-windows.ts';
import { momentMaterial, proportions } from '../../../src/domain/moments.ts';
import { FEWEST_MOMENTS, MOST_MOMENTS, type Moment } from '../../../src/domain/proposal.ts';
import { transcriptOf } from '../../support/spoken-lines.ts';
import { threeTopicTalk } from '../../support/three-topic-talk.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const seconds = (moments: readonly Moment[]): number =>
  moments.reduce((total, { start, end }) => total + end - start, 0);

/** Whatever a model may say: nonsense, numbers that nobody gave it, text without end. */
const choiceArbitrary: fc.Arbitrary<Choice> = fc.record({
  moments: fc.array(
    fc.record({
      first: fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double()),
      last: fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double()),
      title: fc.string({ unit: 'binary' }),
      score: fc.double(),
      reason: fc.oneof(fc.string(), fc.constant('x'.repeat(5_000))),
    }),
    { maxLength: 30 },
  ),
});

const talk = momentMaterial(
  transcriptOf(
    [
      'The flood destroyed four hundred homes along the river.',
      'Senator Jane Doe never visited the flooded valley in those months.',
      'The reservoir above the valley will be empty before the summer.',
      'Nobody knows what the farmers will do then.',
    ].map((text) => ({ text, pause: 1 })),
  ),
  [],
);
const whole = { first: 0, last: 3 };
const wishes = { lengthSeconds: 30 };
const one = (first: number, last: number, more: Partial<Choice['moments'][number]> = {}) => ({
  ...{ first, last, title: 'T', score: 50, reason: 'R.' },
  ...more,
});
const usable = (...moments: Choice['moments']) =>
  usableMoments({ moments }, { material: talk, within: whole, wishes });

describe('what a model chose', () => {
  it('is taken where the local score could have cut, and nowhere else', () => {
    fc.assert(
      fc.property(
        ...([transcriptArbitrary, choiceArbitrary, fc.integer({ min: 10, max: 600 })] as const),
        (transcript, choice, lengthSeconds) => {
          const material = momentMaterial(transcript, []);
          const within = { first: 0, last: Math.floor(material.sentences.length / 2) };
          const moments = usableMoments(choice, { material, within, wishes: { lengthSeconds } });
          const last = material.sentences[within.last];
          const spoken = transcript.segments.flatMap(({ words }) => words);
          for (const { start, end, title, reason, score } of moments) {
            expect(end - start).toBeLessThanOrEqual(proportions({ lengthSeconds }).longestSeconds + 1e-6);
            expect(end).toBeLessThanOrEqual((last?.end ?? 0) + 0.36);
            for (const border of [start, end])
              expect(spoken.filter((word) => word.start < border && border < word.end)).toEqual([]);
            expect(score).toBeGreaterThanOrEqual(0);
            expect(score).toBeLessThanOrEqual(1);
            expect(title.length).toBeLessThan(200);
            expect([...reason].length).toBeLessThanOrEqual(300);
            expect(`${title}${reason}`).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          }
          const fitting = fitMoments(moments, { lengthSeconds });
          expect(seconds(fitting)).toBeLessThanOrEqual(lengthSeconds + 1e-6);
          expect(fitting.length).toBeLessThanOrEqual(MOST_MOMENTS);
          expect(fitting.length).toBeGreaterThanOrEqual(Math.min(FEWEST_MOMENTS, moments.length));
          fitting.forEach(({ start }, index) =>
            expect(start).toBeGreaterThanOrEqual(fitting[index - 1]?.end ?? 0),
          );
        },
      ),
    );
  });

  it('keeps the words of the sentences, and the title and reason of the model', () => {
    expect(usable(one(2, 2, { title: ' She  never came\n', score: 87, reason: 'A plain charge.' }))).toEqual([
      expect.objectContaining({
        ...{ title: 'She never came', score: 0.87, reason: 'A plain charge.' },
        text: 'Senator Jane Doe never visited the flooded valley in those months.',
      }),
    ]);
  });

  it.each([
    ['numbers that nobody gave', one(0, 1)],
    ['numbers behind the last', one(4, 9)],
    ['an end before its start', one(3, 1)],
    ['parts of numbers', one(1.5, 2.5)],
    ['more than a third of the reel', one(1, 4)],
    ['no reason', one(1, 1, { reason: ' \u200b\n' })],
  ])('is left out with %s', (_what, moment) => {
    expect(usable(moment)).toEqual([]);
  });

  it('is the better one where two share a sentence', () => {
    const [only, ...others] = usable(one(1, 2, { score: 40 }), one(2, 2, { score: 80 }));
    expect(only?.score).toBe(0.8);
    expect(others).toEqual([]);
  });

  it('gets a title of its own words where the model gave none', () => {
    expect(usable(one(1, 1, { title: '\u202e' }))[0]?.title).toContain('The flood destroyed');
  });

  it('is ranked by the numbers that were shown, each once', () => {
    const moments = usable(one(1, 1), one(2, 2), one(3, 3));
    const ranking = [
      ...[
        { number: 3, score: 91 },
        { number: 1, score: 1_000 },
        { number: 3, score: 2 },
      ],
      ...[
        { number: 7, score: 99 },
        { number: 1.5, score: 99 },
      ],
    ];
    expect(rankedMoments({ ranking }, moments)).toEqual([
      { ...moments[0], score: 1 },
      { ...moments[2], score: 0.91 },
    ]);
  });
});

describe('a transcript in windows', () => {
  it('is read once, whole and in order, by a few questions', () => {
    const material = momentMaterial(threeTopicTalk(600), []);
    const { windows, windowsInAll } = momentWindows(material);
    expect(windows.length).toBe(windowsInAll);
    expect(windows.length).toBeGreaterThan(2);
    expect(windows.length).toBeLessThan(10);
    expect(windows[0]?.first).toBe(0);
    expect(windows.at(-1)?.last).toBe(material.sentences.length - 1);
    windows.slice(1).forEach(({ first }, index) => expect(first).toBe((windows[index]?.last ?? 0) + 1));
    for (const window of windows) expect(choicePrompt(material, window).length).toBeLessThan(60_000);
  });

  it('is bounded however long it is, and however long a sentence', () => {
    const endless = 'word '.repeat(40_000).trim();
    const material = momentMaterial(
      transcriptOf([
        ...Array.from({ length: 9_000 }, (_, index) => ({
          text: `The dam number ${index} has water for the farmers and the towns.`,
        })),
        { text: endless },
      ]),
      [],
    );
    const { windows, windowsInAll } = momentWindows(material);
    expect(windows.length).toBe(16);
    expect(windowsInAll).toBeGreaterThan(16);
    for (const window of windows) expect(choicePrompt(material, window).length).toBeLessThan(100_000);
  });
});
