import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRttm } from '../../../src/domain/rttm.ts';
import { turnsOf } from '../../../src/domain/turns.ts';

const window = (start: number, voice: number) => ({ start, end: start + 1.6, voice });

describe('turns', () => {
  it('change in the middle between two windows', () => {
    const windows = [window(0, 0), window(0.4, 0), window(0.8, 1), window(1.2, 1)];
    expect(turnsOf(windows, [{ start: 0, end: 2.8 }])).toEqual([
      { start: 0, end: 1.4, voice: 0 },
      { start: 1.4, end: 2.8, voice: 1 },
    ]);
  });

  it('ignore one odd window among those of one voice', () => {
    const windows = [window(0, 0), window(0.4, 1), window(0.8, 0)];
    expect(turnsOf(windows, [{ start: 0, end: 2.4 }])).toEqual([{ start: 0, end: 2.4, voice: 0 }]);
  });

  it('go on over a breath, and end with a pause', () => {
    const regions = [
      { start: 0, end: 1.6 },
      { start: 1.8, end: 3.4 },
      { start: 5, end: 6.6 },
    ];
    const windows = regions.map(({ start }) => window(start, 0));
    expect(turnsOf(windows, regions)).toEqual([
      { start: 0, end: 3.4, voice: 0 },
      { start: 5, end: 6.6, voice: 0 },
    ]);
  });

  it('give a region without a window of its own to whoever is heard nearest', () => {
    const regions = [
      { start: 0, end: 1.6 },
      { start: 4.8, end: 5 },
      { start: 5.5, end: 7.1 },
    ];
    expect(turnsOf([window(0, 0), window(5.5, 1)], regions).map(({ voice }) => voice)).toEqual([0, 1, 1]);
  });

  it('cover the speech and nothing else, in order', () => {
    const lengths = fc.array(
      fc.record({
        pause: fc.integer({ min: 1, max: 40 }),
        windows: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lengths, (stretches) => {
        let clock = 0;
        const regions: { start: number; end: number }[] = [];
        const windows = stretches.flatMap(({ pause, windows: voices }) => {
          const start = clock + pause / 10;
          clock = start + 1.6 + 0.4 * (voices.length - 1);
          regions.push({ start, end: clock });
          return voices.map((voice, index) => window(start + 0.4 * index, voice));
        });
        const turns = turnsOf(windows, regions);
        turns.forEach((turn, index) => {
          expect(turn.start).toBeLessThan(turn.end);
          expect(turn.start).toBeGreaterThanOrEqual(turns[index - 1]?.end ?? 0);
        });
        for (const region of regions) {
          const inside = turns.filter(({ start, end }) => start < region.end && end > region.start);
          expect(inside[0]?.start).toBeLessThanOrEqual(region.start);
          expect(inside.at(-1)?.end).toBeGreaterThanOrEqual(region.end);
        }
      }),
    );
  });
});

describe('speakers.rttm', () => {
  it('has one line of ten columns for each turn', () => {
    const rttm = formatRttm(
      [{ start: 1.25, end: 3, speaker: 'S1' }],
      [{ id: 'S1', label: 'Jane Doe', seconds: 1.75 }],
      'my talk',
    );
    expect(rttm).toBe('SPEAKER my_talk 1 1.250 1.750 <NA> <NA> Jane_Doe <NA> <NA>\n');
  });

  it('is empty where nobody speaks', () => {
    expect(formatRttm([], [], 'video')).toBe('');
  });
});
