import { describe, expect, it } from 'vitest';
import { formatClock } from '../../../src/domain/time.ts';

describe('formatClock', () => {
  it.each([
    [0, '0:00'],
    [7.99, '0:07'],
    [725, '12:05'],
    [3600, '1:00:00'],
    [36_061.2, '10:01:01'],
  ])('writes %d s as %s', (seconds, clock) => {
    expect(formatClock(seconds)).toBe(clock);
  });
});
