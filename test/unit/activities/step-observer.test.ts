import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { StepObserver } from '../../../src/activities/step-observer.ts';
import { WorkerMetrics } from '../../../src/adapters/prometheus/worker-metrics.ts';
import type { StepObservation } from '../../../src/ports/metrics.ts';

async function observed(result: unknown): Promise<StepObservation[]> {
  const observations: StepObservation[] = [];
  const observer = new StepObserver({ stepEnded: (observation) => observations.push(observation) });
  await new MockActivityEnvironment({ activityType: 'encodePart' }).run(() =>
    observer.execute({ args: [], headers: {} }, () => Promise.resolve(result)),
  );
  return observations;
}

const made = { measure: { cached: false }, video: { bytes: 9_000_000 }, audio: { bytes: 1_000_000 } };

test.each<[string, unknown, number]>([
  ['picture and sound', made, 10_000_000],
  ['what was copied', { ...made, video: null }, 1_000_000],
  ['a whole reel', { measure: { cached: false }, reel: { bytes: 5 } }, 5],
  ['what was found made', { ...made, measure: { cached: true } }, 0],
  ['no media', { measure: { cached: false } }, 0],
  ['nothing', undefined, 0],
])('a step that gives %s', async (_, result, mediaBytes) => {
  expect(await observed(result)).toMatchObject([{ step: 'encodePart', outcome: 'completed', mediaBytes }]);
});

test('the rate of reels is told in megabits per second', async () => {
  const metrics = new WorkerMetrics('local');
  const observation = { taskQueue: 'clipscribe-short', outcome: 'completed', seconds: 4 } as const;
  metrics.stepEnded({ ...observation, step: 'encodePart', mediaBytes: 10_000_000 });
  metrics.stepEnded({ ...observation, step: 'acquireAudio', mediaBytes: 0 });
  const lines = (await metrics.registry.metrics()).split('\n');
  expect(lines.filter((line) => line.startsWith('video_processing_rate_mbps_'))).toEqual(
    expect.arrayContaining([expect.stringMatching(/^video_processing_rate_mbps_sum\{.*encodePart.*\} 20$/)]),
  );
  expect(lines.some((line) => line.startsWith('video_processing') && line.includes('acquire'))).toBe(false);
});
