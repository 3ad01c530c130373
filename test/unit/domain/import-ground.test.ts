import { describe, expect, it } from 'vitest';
import type { CorrectionGround } from '../../../src/domain/corrected-view.ts';
import { NO_IMPORTS, withImports } from '../../../src/domain/import-ground.ts';

const ground: CorrectionGround = {
  fingerprint: 'found',
  turns: [
    { start: 0, end: 2, speaker: 'S1' },
    { start: 2, end: 4, speaker: 'S2' },
  ],
  transcript: {
    language: 'en',
    durationSeconds: 5,
    segments: [
      { id: 's000001', start: 0, end: 2, text: 'Good mourning.', speaker: 'S1', words: [] },
      { id: 's000002', start: 2, end: 4, text: 'Hello.', speaker: 'S2', words: [] },
    ],
    speakers: [1, 2].map((number) => ({ id: `S${number}`, label: `Speaker ${number}`, seconds: 2 })),
    suspectRanges: [{ start: 0, end: 1, kind: 'lowConfidence', detail: 'low' }],
  },
};
const cue = (start: number, end: number, text: string, speaker: string | null = null) => ({
  ...{ start, end, text, speaker },
});
const said = ({ transcript: { segments, speakers = [] } }: CorrectionGround) =>
  segments.map(({ speaker, text }) => `${speakers.find(({ id }) => id === speaker)?.label ?? '?'}: ${text}`);

describe('imports', () => {
  it('leave everything as it is where there are none', () => {
    expect(withImports(ground, NO_IMPORTS)).toBe(ground);
  });

  it('of words without speakers have those that were heard', () => {
    const cues = [cue(0, 1.9, 'Good morning.'), cue(2.1, 4, 'Hello, Ada.')];
    const imported = withImports(ground, { ...NO_IMPORTS, revision: 1, cues });
    expect(said(imported)).toEqual(['Speaker 1: Good morning.', 'Speaker 2: Hello, Ada.']);
    expect(imported.turns).toBe(ground.turns);
    expect(imported.fingerprint).not.toBe(ground.fingerprint);
    expect(imported.transcript.suspectRanges).toBeUndefined();
  });

  it('of words with speakers bring those', () => {
    const cues = [
      cue(0, 2, 'Good morning.', 'Grace'),
      cue(2, 4, 'Hello.', 'Ada'),
      cue(4, 9, 'Bye.', 'Grace'),
    ];
    const imported = withImports(ground, { ...NO_IMPORTS, revision: 1, cues });
    expect(said(imported)).toEqual(['Grace: Good morning.', 'Ada: Hello.', 'Grace: Bye.']);
    expect(imported.transcript.speakers).toEqual([
      { id: 'S1', label: 'Grace', seconds: 3 },
      { id: 'S2', label: 'Ada', seconds: 2 },
    ]);
  });

  it('of speakers get our words, and keep turns that overlap', () => {
    const turns = [
      { start: 0, end: 2.5, speaker: 'Ada' },
      { start: 2, end: 9, speaker: 'Grace' },
    ];
    const imported = withImports(ground, { ...NO_IMPORTS, revision: 2, turns });
    expect(said(imported)).toEqual(['Ada: Good mourning.', 'Grace: Hello.']);
    expect(imported.turns).toEqual([
      { start: 0, end: 2.5, speaker: 'S1' },
      { start: 2, end: 5, speaker: 'S2' },
    ]);
    expect(imported.transcript.suspectRanges).toHaveLength(1);
  });
});
