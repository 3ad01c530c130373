import { describe, expect, it } from 'vitest';
import { isUrgent, planFairTurns } from '../../../../bench/load/fair-plan.ts';
import { areUrgentFirst, isHardlyFelt, type Waits } from '../../../../bench/load/waits.ts';

const SIZE = { lightUsers: 49, heavyJobs: 500 };

describe('the plan of the load', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(planFairTurns(7, SIZE)).toEqual(planFairTurns(7, SIZE));
    expect(planFairTurns(8, SIZE)).not.toEqual(planFairTurns(7, SIZE));
  });

  it('has one job of each light user, and the urgent ones come last', () => {
    const { heavy, light } = planFairTurns(1, SIZE);
    expect([heavy.length, light.length]).toEqual([500, 49]);
    expect(new Set([...heavy, ...light].map(({ name }) => name)).size).toBe(549);
    const firstUrgent = light.findIndex(isUrgent);
    expect(firstUrgent).toBeGreaterThan(0);
    expect(light.slice(firstUrgent).every(isUrgent)).toBe(true);
    expect(light.map(({ afterMs }) => afterMs)).toEqual(
      light.map(({ afterMs }) => afterMs).sort((a, b) => a - b),
    );
  });
});

describe('the judgement of waits', () => {
  const waits = (usual: number[], urgent: number[] = []): Waits => ({ usual, urgent });
  const alone = waits([10, 20, 30]);

  it('allows half as much again, and one job', () => {
    expect(isHardlyFelt(waits([15, 30, 45]), alone, 0)).toBe(true);
    expect(isHardlyFelt(waits([15, 33, 48]), alone, 3)).toBe(true);
  });

  it('sees one who waits too long, and many who do', () => {
    expect(isHardlyFelt(waits([10, 20, 46]), alone, 0)).toBe(false);
    expect(isHardlyFelt(waits([31, 31, 31]), alone, 0)).toBe(false);
    expect(isHardlyFelt(waits([10, 20, Infinity]), alone, 100)).toBe(false);
  });

  it('wants every urgent job done before half of the others', () => {
    expect(areUrgentFirst(waits([4, 10, 12], [3, 9]))).toBe(true);
    expect(areUrgentFirst(waits([4, 10, 12], [3, 11]))).toBe(false);
  });
});
