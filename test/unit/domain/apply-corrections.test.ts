import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCorrections } from '../../../src/domain/apply-corrections.ts';
import { viewOf } from '../../../src/domain/corrected-view.ts';
import { changesOf, textRequestSchema } from '../../../src/domain/correction-requests.ts';
import { NO_CORRECTIONS, withoutCorrection } from '../../../src/domain/corrections.ts';
import { correct, corrected, groundOf, said, talk } from '../../support/corrected-talk.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

describe('corrections of text', () => {
  it('give a segment another text, by id or by time, or take it away', () => {
    const document = corrected(
      { segments: [{ id: 's000001', text: 'Good morning from Temporal land.' }] },
      {
        segments: [
          { at: 4, text: ' Good\tevening. ' },
          { id: 's000004', text: '' },
        ],
      },
    );
    expect(said(applyCorrections(talk(), document))).toEqual([
      'Speaker 1: Good morning from Temporal land.',
      'Speaker 2: Good evening.',
      'Speaker 1: How are you? Fine, thank you.',
    ]);
  });

  it('give another text to what begins within a second, as times are shown', () => {
    const ground = talk();
    const late = { ...ground.transcript.segments[0]!, start: 0.6, end: 0.9 };
    const transcript = { ...ground.transcript, segments: [late] };
    const view = viewOf({ ...ground, transcript });
    expect(changesOf(view, textRequestSchema.parse({ segments: [{ at: 0, text: 'Hi.' }] }))).toMatchObject([
      { segmentId: late.id, after: 'Hi.' },
    ]);
    const between = textRequestSchema.parse({ segments: [{ at: 0.5, text: 'Hi.' }] });
    expect(() => changesOf(view, between)).toThrow('Nothing is said at 0:00');
  });

  it('replace whole words wherever they stand, and nothing within others', () => {
    const document = corrected({ replace: [{ find: 'you', replaceWith: 'thee' }] });
    expect(said(applyCorrections(talk(), document))).toEqual([
      'Speaker 1: Good morning from temporel land.',
      'Speaker 2: Good morning to thee.',
      'Speaker 1: How are thee? Fine, thank thee.',
      'Speaker 3: Nice to see thee both.',
    ]);
  });

  it('settle the doubts about what was written anew', () => {
    const ground = talk();
    ground.transcript.suspectRanges = [
      { start: 1, end: 2, kind: 'lowConfidence', detail: 'low' },
      { start: 9, end: 10, kind: 'lowConfidence', detail: 'low' },
      { start: 1, end: 2, kind: 'hole', detail: 'hole' },
    ];
    const document = corrected({ segments: [{ id: 's000001', text: 'Good morning.' }] });
    expect(
      applyCorrections(ground, document).transcript.suspectRanges?.map(({ start, kind }) => [start, kind]),
    ).toEqual([
      [9, 'lowConfidence'],
      [1, 'hole'],
    ]);
  });

  it('add nothing where everything is so already', () => {
    const document = corrected({ rename: [{ speaker: 'S1', name: 'Ada' }] });
    expect(correct(talk(), document, { rename: [{ speaker: 'Ada', name: 'Ada' }] }).corrections).toHaveLength(
      1,
    );
  });
});

describe('corrections on another ground', () => {
  const document = corrected(
    {
      rename: [
        { speaker: 'S1', name: 'Ada' },
        { speaker: 'S2', name: 'Grace' },
      ],
    },
    { segments: [{ id: 's000001', text: 'Good morning from Temporal land.' }] },
  );

  it('find the same people under other numbers, and the same words in other segments', () => {
    const again = groundOf(
      'second',
      ['S2', 'good morning from Temporel land'],
      ['S1', 'Good morning to you.'],
      ['S2', 'How are you? Fine, thank you.'],
      ['S3', 'Nice to see you both.'],
    );
    const result = applyCorrections(again, document);
    expect(said(result)).toEqual([
      'Ada: good morning from Temporal land',
      'Grace: Good morning to you.',
      'Ada: How are you? Fine, thank you.',
      'Speaker 3: Nice to see you both.',
    ]);
    expect(result.outcome.conflicts).toEqual([]);
  });

  it('list what is heard otherwise, with what is heard there', () => {
    const again = groundOf('second', ['S1', 'Good morning from temper all.'], ['S2', 'Good morning to you.']);
    const { outcome } = applyCorrections(again, document);
    expect(outcome.applied).toBe(2);
    expect(outcome.conflicts).toEqual([
      {
        correctionId: 'c3',
        kind: 'text',
        start: 0,
        end: 2.5,
        message: expect.stringMatching(
          /"temporel" was to become "Temporal" at 0:01, where it now says "Good morning from temper all\./,
        ) as string,
      },
    ]);
  });

  it('list names of two who are heard as one, and names of nobody', () => {
    const one = groundOf(
      'second',
      ['S1', 'Good morning from temporel land.'],
      ['S1', 'Good morning to you.'],
    );
    expect(applyCorrections(one, document).outcome.conflicts).toMatchObject([
      { correctionId: 'c2', message: expect.stringContaining('heard as one voice') as string },
    ]);
    const silent = groundOf('second', ['S1', 'Good morning from temporel land.']);
    expect(applyCorrections(silent, document).outcome.conflicts).toMatchObject([
      { correctionId: 'c2', message: '"Speaker 2" is not heard any more.' },
    ]);
  });

  it('keep replacements that a better model made needless', () => {
    const replacing = corrected({ replace: [{ find: 'temporel', replaceWith: 'Temporal' }] });
    const right = groundOf('second', ['S1', 'Good morning from Temporal land.']);
    expect(applyCorrections(right, replacing).outcome.conflicts).toEqual([]);
    const wrong = groundOf('second', ['S1', 'Good morning from temper all.']);
    expect(applyCorrections(wrong, replacing).outcome.conflicts).toHaveLength(1);
  });
});

describe('corrections that are taken back', () => {
  it('are as if they had never been made, and those that build on them are listed', () => {
    const document = corrected(
      { reassign: [{ segments: ['s000002'], speaker: 'Grace' }] },
      { rename: [{ speaker: 'Grace', name: 'Grace Hopper' }] },
    );
    const { transcript } = applyCorrections(talk(), withoutCorrection(document, 'c2'));
    expect(transcript.speakers?.at(-1)?.label).toBe('Grace');
    const without = withoutCorrection(document, 'c1');
    expect(without.revision).toBe(3);
    // Whoever spoke then has the name now.
    expect(applyCorrections(talk(), without).transcript.speakers?.[1]).toMatchObject({
      label: 'Grace Hopper',
    });
    expect(withoutCorrection(document, 'c9')).toBe(document);
  });
});

describe('any corrections on any transcript', () => {
  it('give a transcript in order that has every untouched word', () => {
    fc.assert(
      fc.property(transcriptArbitrary, fc.nat(), fc.nat(), (transcript, first, second) => {
        fc.pre(transcript.segments.length > 1);
        const speakers = ['S1', 'S2'].map((id) => ({ id, label: `Speaker ${id.slice(1)}`, seconds: 1 }));
        const segments = transcript.segments.map((segment, index) => ({
          ...segment,
          speaker: `S${(index % 2) + 1}`,
        }));
        const ground = { transcript: { ...transcript, segments, speakers }, turns: [], fingerprint: 'any' };
        const ids = [first, second].map((number) => segments[number % segments.length]?.id ?? '');
        const document = correct(ground, NO_CORRECTIONS, { reassign: [{ segments: ids, speaker: 'Ada' }] });
        const { transcript: result, outcome } = applyCorrections(ground, document);
        expect(outcome.conflicts).toEqual([]);
        expect(result.segments.flatMap(({ words }) => words)).toEqual(segments.flatMap(({ words }) => words));
        expect(new Set(result.segments.map(({ id }) => id)).size).toBe(result.segments.length);
      }),
    );
  });
});
