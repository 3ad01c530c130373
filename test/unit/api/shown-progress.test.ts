import { expect, test } from 'vitest';
import { ShownProgress } from '../../../src/api/jobs/shown-progress.ts';

const RUN = '2026-11-25T12:00:00.000Z';

test('what is told of a run does not fall when a step takes with it what it has told', () => {
  const shown = new ShownProgress();
  const told = [10, 40, 39, 41].map((progress) => shown.atLeastAsShown('reel_1', RUN, progress));
  expect(told).toEqual([10, 40, 40, 41]);
  expect(shown.atLeastAsShown('reel_2', RUN, 5)).toBe(5);
});

test('while nobody tells of the run, what has been told stands', () => {
  const shown = new ShownProgress();
  shown.atLeastAsShown('reel_1', RUN, 40);
  expect(shown.atLeastAsShown('reel_1', null, 0)).toBe(40);
  expect(shown.atLeastAsShown('reel_1', RUN, 39)).toBe(40);
});

test('a job that is done anew begins anew', () => {
  const shown = new ShownProgress();
  shown.atLeastAsShown('reel_1', RUN, 90);
  expect(shown.atLeastAsShown('reel_1', '2026-11-25T13:00:00.000Z', 1)).toBe(1);
});
