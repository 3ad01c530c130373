import { describe, expect, test } from 'vitest';
import {
  batchProgress,
  batchSummary,
  batchWindow,
  isSettled,
  linesWithAddresses,
  numberEntries,
  type BatchCounts,
} from '../../../src/domain/batch.ts';
import { DEFAULT_PRIORITY, raisedPriority, temporalPriorityKey } from '../../../src/domain/priority.ts';
import { BATCH_PRIORITY } from '../../../src/domain/batch.ts';
import { TIERS } from '../../../src/domain/tiers.ts';

const counts = (change: Partial<BatchCounts> = {}): BatchCounts => ({
  ...{ total: 0, waiting: 0, queued: 0, running: 0, needsAttention: 0 },
  ...{ completed: 0, failed: 0, cancelled: 0, duplicate: 0 },
  ...change,
});

describe('a list', () => {
  test('keeps the line numbers of its addresses, and leaves out blank lines and comments', () => {
    expect(linesWithAddresses(['# talks', '', ' https://a.example ', '\t', 'https://b.example'])).toEqual([
      { line: 3, text: 'https://a.example' },
      { line: 5, text: 'https://b.example' },
    ]);
  });

  test('names what stands twice a duplicate of what stood first', () => {
    const entries = ['a', 'b', 'a', 'a'].map((url, index) => ({ line: index + 10, url, title: null }));
    expect(
      numberEntries(entries).map(({ number, line, isDuplicate }) => [number, line, isDuplicate]),
    ).toEqual([
      [1, 10, false],
      [2, 11, false],
      [3, 12, true],
      [4, 13, true],
    ]);
  });
});

describe('a batch', () => {
  test('goes behind single jobs, also where its titles raise the priority', () => {
    expect(temporalPriorityKey(raisedPriority(BATCH_PRIORITY))).toBeGreaterThan(
      temporalPriorityKey(DEFAULT_PRIORITY),
    );
  });

  test('accepts more videos at once than may run, within bounds', () => {
    for (const tier of Object.values(TIERS)) {
      expect(batchWindow(tier)).toBeGreaterThanOrEqual(Math.min(50, tier.runningAtOnce + 1));
      expect(batchWindow(tier)).toBeLessThanOrEqual(50);
    }
    expect(batchWindow(null)).toBe(20);
  });

  test('has settled when what is left waits for people', () => {
    expect(isSettled(counts({ total: 3, completed: 2, needsAttention: 1 }))).toBe(true);
    expect(isSettled(counts({ total: 3, completed: 2, queued: 1 }))).toBe(false);
    expect(isSettled(counts({ total: 3, completed: 2, waiting: 1 }))).toBe(false);
  });

  test('tells its progress without duplicates', () => {
    expect(batchProgress(counts({ total: 4, duplicate: 1, completed: 1, failed: 1, running: 1 }))).toBe(66);
    expect(batchProgress(counts())).toBe(100);
  });

  test('says in one line how it went', () => {
    expect(
      batchSummary(counts({ total: 51, completed: 47, failed: 2, needsAttention: 1, duplicate: 1 })),
    ).toBe('47 of 50 videos completed · 2 failed · 1 needs attention · 1 duplicate');
    expect(batchSummary(counts({ total: 1, waiting: 1 }))).toBe('0 of 1 video completed · 1 waiting');
  });
});
