import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCorrections } from '../../../src/domain/apply-corrections.ts';
import { viewOf, type CorrectionGround } from '../../../src/domain/corrected-view.ts';
import {
  changesOf,
  speakerRequestSchema,
  textRequestSchema,
} from '../../../src/domain/correction-requests.ts';
import {
  NO_CORRECTIONS,
  withChanges,
  withoutCorrection,
  type Corrections,
} from '../../../src/domain/corrections.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

/** Sentences of speakers one behind the other, a word each half second, a second of silence between two. */
function groundOf(fingerprint: string, ...said: [speaker: string, text: string][]): CorrectionGround {
  let clock = 0;
  const segments = said.map(([speaker, text], index) => {
    const words = text.split(' ').map((word) => {
      clock += 0.5;
      return { start: clock - 0.5, end: clock, text: word, confidence: 0.9 };
    });
    const [start, end] = [words[0]?.start ?? 0, clock];
    clock += 1;
    return { id: `s00000${index + 1}`, start, end, text, speaker, words };
  });
  const turns = segments.map(({ start, end, speaker }) => ({ start, end, speaker }));
  const speakers = [...new Set(said.map(([speaker]) => speaker))].map((id) => ({
    id,
    label: `Speaker ${id.slice(1)}`,
    seconds: turns
      .filter(({ speaker }) => speaker === id)
      .reduce((sum, { start, end }) => sum + end - start, 0),
  }));
  const transcript: Transcript = { language: 'en', durationSeconds: clock, segments, speakers };
  return { transcript, turns, fingerprint };
}

const talk = (): CorrectionGround =>
  groundOf(
    'first',
    ['S1', 'Good morning from temporel land.'],
    ['S2', 'Good morning to you.'],
    ['S1', 'How are you? Fine, thank you.'],
    ['S3', 'Nice to see you both.'],
  );

const correct = (ground: CorrectionGround, document: Corrections, request: object): Corrections => {
  const current = applyCorrections(ground, document);
  const view = { ...viewOf(ground), ...current };
  const parsed =
    'segments' in request || 'replace' in request
      ? textRequestSchema.parse(request)
      : speakerRequestSchema.parse(request);
  return withChanges(document, changesOf(view, parsed), {
    madeAt: '2026-11-25T12:00:00Z',
    ground: ground.fingerprint,
  });
};
const corrected = (...requests: object[]): Corrections =>
  requests.reduce<Corrections>((document, request) => correct(talk(), document, request), NO_CORRECTIONS);

const said = ({ transcript: { segments, speakers = [] } }: { transcript: Transcript }) =>
  segments.map(
    ({ speaker, text }) => `${speakers.find(({ id }) => id === speaker)?.label ?? speaker}: ${text}`,
  );

describe('corrections of speakers', () => {
  it.each(['S1', 's1', 'Speaker 1', 'speaker_1'])('give %s a name', (speaker) => {
    const result = applyCorrections(talk(), corrected({ rename: [{ speaker, name: ' Ada  Byron ' }] }));
    expect(result.transcript.speakers?.[0]).toEqual({ id: 'S1', label: 'Ada Byron', seconds: 5.5 });
    expect(result.outcome).toEqual({ revision: 1, applied: 1, conflicts: [] });
  });

  it('make one of two, in words, turns and seconds', () => {
    const result = applyCorrections(talk(), corrected({ merge: [{ speakers: ['S3'], into: 'S2' }] }));
    expect(said(result)[3]).toBe('Speaker 2: Nice to see you both.');
    expect(result.transcript.speakers).toEqual([
      { id: 'S1', label: 'Speaker 1', seconds: 5.5 },
      { id: 'S2', label: 'Speaker 2', seconds: 4.5 },
    ]);
    expect(new Set(result.turns.map(({ speaker }) => speaker))).toEqual(new Set(['S1', 'S2']));
  });

  it('give a stretch to somebody else, and divide the segment there', () => {
    const document = corrected({ reassign: [{ ranges: [{ start: 8, end: 9.5 }], speaker: 'S2' }] });
    const result = applyCorrections(talk(), document);
    expect(said(result).slice(2, 4)).toEqual(['Speaker 1: How are you?', 'Speaker 2: Fine, thank you.']);
    expect(result.transcript.segments.map(({ id }) => id)).toEqual([
      's000001',
      's000002',
      's000003',
      's000003-2',
      's000004',
    ]);
    expect(result.turns).toContainEqual({ start: 8, end: 9.5, speaker: 'S2' });
  });

  it('make somebody new of a name that nobody has', () => {
    const document = corrected(
      { reassign: [{ segments: ['s000002'], speaker: 'Grace' }] },
      { reassign: [{ segments: ['s000004'], speaker: 'grace' }] },
    );
    const { transcript, outcome } = applyCorrections(talk(), document);
    expect(transcript.speakers).toEqual([
      { id: 'S1', label: 'Speaker 1', seconds: 5.5 },
      { id: 'S4', label: 'Grace', seconds: 4.5 },
    ]);
    expect(outcome.conflicts).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    [
      'somebody who is not there',
      { rename: [{ speaker: 'S9', name: 'Ada' }] },
      /no speaker "S9"; there are S1, S2/,
    ],
    [
      'a number for somebody new',
      { reassign: [{ segments: ['s000001'], speaker: 'S9' }] },
      /no speaker "S9"/,
    ],
    ['a name that is taken', { rename: [{ speaker: 'S1', name: 'Speaker 2' }] }, /merge the two/],
    ['an invisible name', { rename: [{ speaker: 'S1', name: '\u200b' }] }, /can be seen/],
    ['an unknown segment', { segments: [{ id: 's9', text: 'x' }] }, /no segment "s9"/],
    ['a place in silence', { segments: [{ at: 3, text: 'x' }] }, /Nothing is said at 0:03/],
    ['words that are nowhere', { replace: [{ find: 'Temporel', replaceWith: 'x' }] }, /nowhere/],
    [
      'a range without words',
      { reassign: [{ ranges: [{ start: 2.6, end: 3 }], speaker: 'S1' }] },
      /Nothing is said/,
    ],
  ])('refuse %s', (_, request, message) => {
    expect(() => corrected(request)).toThrow(message);
  });
});

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
