import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withImports } from '../../../src/domain/import-ground.ts';
import { overlapsOf, withOverlaps, type HeardOverlap } from '../../../src/domain/overlaps.ts';
import type { Turn } from '../../../src/domain/speakers.ts';
import { toBeChecked } from '../../../src/domain/to-be-checked.ts';

const turn = (start: number, end: number, speaker: string): Turn => ({ start, end, speaker });
const turns = [turn(0, 10, 'S1'), turn(10, 14, 'S2'), turn(15, 20, 'S1')];

describe('people who speak at the same time', () => {
  const heard = (start: number, end: number, ...alone: [number, number][]): HeardOverlap => ({
    ...{ start, end },
    alone: alone.map(([from, to]) => [{ start: from, end: to }]),
  });

  it('are those who speak alone near by', () => {
    expect(withOverlaps(turns, [heard(9.5, 11, [11, 13], [6, 9])])).toEqual([
      turn(0, 11, 'S1'),
      turn(9.5, 14, 'S2'),
      turn(15, 20, 'S1'),
    ]);
  });

  it('take the place of a third one, who is an error of the mixture', () => {
    const mistaken = [turn(0, 9, 'S1'), turn(9, 11, 'S3'), turn(11, 20, 'S2')];
    expect(withOverlaps(mistaken, [heard(9, 11, [4, 9], [11, 15])])).toEqual([
      turn(0, 11, 'S1'),
      turn(9, 20, 'S2'),
    ]);
  });

  it('are left as they are where nobody can tell who they are, or both sound like one', () => {
    expect(withOverlaps(turns, [heard(9.5, 11, [11, 13], [40, 41])])).toEqual(turns);
    expect(withOverlaps(turns, [heard(9.5, 11, [2, 3], [16, 18])])).toEqual(turns);
  });

  it('are found in turns of any origin, a stretch for each set of people', () => {
    expect(overlapsOf([turn(0, 10, 'A'), turn(4, 8, 'B'), turn(6, 12, 'C'), turn(12, 13, 'A')])).toEqual([
      { start: 4, end: 6, speakers: ['A', 'B'] },
      { start: 6, end: 8, speakers: ['A', 'B', 'C'] },
      { start: 8, end: 10, speakers: ['A', 'C'] },
    ]);
    expect(overlapsOf([turn(0, 5, 'A'), turn(3, 8, 'A'), turn(8, 9, 'B')])).toEqual([]);
  });

  it('lie wherever two turns of different people do, and nowhere else', () => {
    const anyTurn = fc
      .record({
        start: fc.integer({ min: 0, max: 30 }),
        length: fc.integer({ min: 1, max: 10 }),
        speaker: fc.constantFrom('A', 'B', 'C'),
      })
      .map(({ start, length, speaker }) => turn(start, start + length, speaker));
    fc.assert(
      fc.property(fc.array(anyTurn, { maxLength: 8 }), (some) => {
        const found = overlapsOf(some);
        for (let second = 0; second < 40; second += 1) {
          const speaking = some.filter(({ start, end }) => start <= second && second < end);
          const told = found.find(({ start, end }) => start <= second && second < end)?.speakers ?? [];
          const people = new Set(speaking.map(({ speaker }) => speaker));
          expect([...told].sort()).toEqual(people.size > 1 ? [...people].sort() : []);
        }
      }),
    );
  });

  it('are kept from an imported file', () => {
    const ground = {
      transcript: { language: 'en', durationSeconds: 20, segments: [] },
      ...{ turns: [], fingerprint: 'ground' },
    };
    const imported = withImports(ground, {
      ...{ schemaVersion: 1, revision: 1, cues: null },
      turns: [turn(0, 6, 'Ada'), turn(5, 9, 'Grace')],
    });
    expect(overlapsOf(imported.turns)).toEqual([{ start: 5, end: 6, speakers: ['S1', 'S2'] }]);
  });

  it('should be checked by ear where they do for a second or more, between what else should be', () => {
    const doubt = { start: 5, end: 6, kind: 'loop' as const, detail: 'again and again' };
    const overlaps = [
      { start: 1, end: 3, speakers: ['S1', 'S2'] },
      { start: 8, end: 8.4, speakers: ['S1', 'S2'] },
      { start: 9, end: 12, speakers: ['S1', 'S2', 'S3'] },
    ];
    const transcript = {
      language: 'en',
      durationSeconds: 20,
      segments: [],
      suspectRanges: [doubt],
      overlaps,
    };
    expect(toBeChecked(transcript)).toEqual([
      { start: 1, end: 3, kind: 'overlap', detail: '2 people speak at the same time' },
      doubt,
      { start: 9, end: 12, kind: 'overlap', detail: '3 people speak at the same time' },
    ]);
  });
});
