import { describe, expect, it } from 'vitest';
import { loadTable, scaled } from '../../../../bench/load/scenario.ts';
import { forEachOf, within } from '../../../../bench/load/within.ts';

describe('a scenario', () => {
  it('is smaller at a smaller scale, but never empty', () => {
    expect(scaled(500, { seed: 1, scale: 0.1 })).toBe(50);
    expect(scaled(10, { seed: 1, scale: 0.01 })).toBe(1);
    expect(scaled(10, { seed: 1, scale: 0.01 }, 3)).toBe(3);
  });

  it('says in the table whether its target is met, where it has one', () => {
    const row = { scenario: 's', measured: 'm', control: 'c', target: 't' };
    const lines = loadTable([true, false, null].map((holds) => ({ ...row, holds }))).split('\n');
    expect(lines.slice(2).map((line) => line.split('|').at(-2)?.trim())).toEqual(['yes', 'NO', '']);
  });
});

describe('work on many', () => {
  it('is done for each once, no more at once than wanted', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await forEachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      done.push(item);
      running -= 1;
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });
});

describe('waiting for a condition', () => {
  it('ends when it holds, or when time is up', async () => {
    let asked = 0;
    expect(await within(60, () => Promise.resolve((asked += 1) === 3), 1)).toBe(true);
    expect(asked).toBe(3);
    expect(await within(0, () => Promise.resolve(false), 1)).toBe(false);
  });
});
