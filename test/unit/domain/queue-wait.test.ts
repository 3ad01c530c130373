import { expect, test } from 'vitest';
import { estimateWaitSeconds } from '../../../src/domain/queue-wait.ts';

test.each([
  ['nobody is ahead', { ahead: 0, atOnce: 0, meanSeconds: null }, 0],
  ['jobs end one after the other', { ahead: 3, atOnce: 1, meanSeconds: 60 }, 180],
  ['jobs run side by side', { ahead: 3, atOnce: 6, meanSeconds: 60 }, 30],
  ['nothing was measured', { ahead: 3, atOnce: 6, meanSeconds: null }, null],
  ['nothing runs', { ahead: 3, atOnce: 0, meanSeconds: 60 }, null],
])('the wait where %s', (_, measure, seconds) => {
  expect(estimateWaitSeconds(measure)).toBe(seconds);
});
