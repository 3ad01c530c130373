import { expect, test } from 'vitest';
import { remainingTime } from '../../../src/domain/completion.ts';
import type { MeasuredRun } from '../../../src/domain/run-rates.ts';

/** A run over 100 s of media, with so many seconds in either stage. */
const run = (transcribe: number, entities: number): MeasuredRun => ({
  ...{ queue: 'clipscribe-short', mediaSeconds: 100, runSeconds: transcribe + entities },
  workSeconds: transcribe + entities,
  stages: [
    { stage: 'transcribe', seconds: transcribe },
    { stage: 'entities', seconds: entities },
  ],
});
const runs = [run(10, 5), run(20, 5), run(40, 5)];
const left = [
  { stage: 'transcribe', share: 0.5 },
  { stage: 'entities', share: 1 },
];

test('what is left is told by the rates of stages, for the length of the media', () => {
  expect(remainingTime({ left, mediaSeconds: 200, ownSeconds: null }, runs)).toEqual({
    seconds: expect.closeTo(200 * (0.5 * 0.2 + 0.05)) as number,
    lowSeconds: expect.closeTo(200 * (0.5 * 0.14 + 0.05)) as number,
    highSeconds: expect.closeTo(200 * (0.5 * 0.32 + 0.05)) as number,
  });
});

test('the rate that a job shows itself is the middle, and the range is as wide as that of others', () => {
  const told = remainingTime({ left, mediaSeconds: 200, ownSeconds: 60 }, runs);
  expect(told).toMatchObject({ seconds: 60 });
  expect(told?.lowSeconds).toBeCloseTo((60 * 0.12) / 0.15);
  expect(told?.highSeconds).toBeCloseTo((60 * 0.21) / 0.15);
});

test('without runs to compare with, the job’s own rate is told with a wide range, or nothing', () => {
  const few = runs.slice(0, 2);
  expect(remainingTime({ left, mediaSeconds: 200, ownSeconds: 60 }, few)).toEqual({
    ...{ seconds: 60, lowSeconds: 30, highSeconds: 120 },
  });
  expect(remainingTime({ left, mediaSeconds: 200, ownSeconds: null }, few)).toBeNull();
  expect(remainingTime({ left, mediaSeconds: null, ownSeconds: null }, runs)).toBeNull();
});
