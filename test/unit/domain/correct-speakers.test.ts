import { describe, expect, it } from 'vitest';
import { applyCorrections } from '../../../src/domain/apply-corrections.ts';
import { withoutCorrection } from '../../../src/domain/corrections.ts';
import { corrected, said, talk } from '../../support/corrected-talk.ts';

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

  it('keep the name that one of two was given, whichever is merged into the other', () => {
    const rename = { rename: [{ speaker: 'S3', name: 'Grace' }] };
    const nameless = corrected(rename, { merge: [{ speakers: ['S3'], into: 'S2' }] });
    expect(said(applyCorrections(talk(), nameless))[1]).toBe('Grace: Good morning to you.');
    const both = corrected(
      rename,
      { rename: [{ speaker: 'S2', name: 'Ada' }] },
      { merge: [{ speakers: ['S3'], into: 'S2' }] },
    );
    expect(said(applyCorrections(talk(), both))[3]).toBe('Ada: Nice to see you both.');
  });

  it('give silence to nobody', () => {
    const document = corrected({ reassign: [{ ranges: [{ start: 3, end: 900 }], speaker: 'S2' }] });
    const { turns, transcript } = applyCorrections(talk(), document);
    expect(turns.filter(({ speaker }) => speaker === 'S2')).toEqual([
      { start: 3.5, end: 5.5, speaker: 'S2' },
      { start: 6.5, end: 9.5, speaker: 'S2' },
      { start: 10.5, end: 13, speaker: 'S2' },
    ]);
    expect(transcript.speakers?.find(({ id }) => id === 'S2')?.seconds).toBe(7.5);
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
    ['a place in silence', { segments: [{ at: 2.7, text: 'x' }] }, /Nothing is said at 0:02/],
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

describe('speakers whom corrections made', () => {
  const madeTwo = corrected(
    { reassign: [{ segments: ['s000002'], speaker: 'Mary' }] },
    { reassign: [{ segments: ['s000003'], speaker: 'Bob' }] },
    { rename: [{ speaker: 'Bob', name: 'Robert' }] },
  );

  it('keep what was said of them when one made before them is taken back', () => {
    expect(said(applyCorrections(talk(), withoutCorrection(madeTwo, 'c1')))[2]).toMatch(/^Robert: /);
  });

  it('are not taken for those who were heard and merged into others', () => {
    const document = corrected(
      { merge: [{ speakers: ['S3'], into: 'S1' }] },
      { reassign: [{ segments: ['s000002'], speaker: 'Mary' }] },
      { rename: [{ speaker: 'Mary', name: 'Marie' }] },
    );
    expect(said(applyCorrections(talk(), withoutCorrection(document, 'c1')))).toMatchObject({
      1: 'Marie: Good morning to you.',
      3: 'Speaker 3: Nice to see you both.',
    });
  });
});
