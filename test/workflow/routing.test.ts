import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoActivities } from '../../src/contracts/video-activities.ts';
import { QUERIES, SIGNALS } from '../../src/contracts/video-intelligence.ts';
import { chunkOf, failure, heldFirstStep, type Call } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, untilProgress, withJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const chunksOf = (durationSeconds: number) => {
  const count = Math.ceil(durationSeconds / 300);
  return Array.from({ length: count }, (_, index) => chunkOf(index, durationSeconds / count));
};

const queuesOf = (calls: Call[], activity: keyof VideoActivities): string[] =>
  calls.filter((call) => call.activity === activity).map((call) => call.taskQueue);

const mediaQueues = (calls: Call[]): Set<string> =>
  new Set(
    calls
      .filter(({ activity }) => activity !== 'fetchMetadata' && activity !== 'recordOutcome')
      .map((call) => call.taskQueue),
  );

describe('routing by duration (H2)', () => {
  it('runs every media step of a video of 44:59 on the short queue', async () => {
    const script = { statedDurationSeconds: 2699, chunks: chunksOf(2699) };
    await withJob(environment, script, async ({ handle, calls }) => {
      await handle.result();
      expect(mediaQueues(calls)).toEqual(new Set(['clipscribe-short']));
    });
  });

  it('runs every media step of a video of 45:00 on the long queue', async () => {
    const script = { statedDurationSeconds: 2700, chunks: chunksOf(2700) };
    await withJob(environment, script, async ({ handle, calls }) => {
      await handle.result();
      expect(mediaQueues(calls)).toEqual(new Set(['clipscribe-long']));
      expect(queuesOf(calls, 'fetchMetadata')).toEqual(['clipscribe']);
    });
  });

  it('runs a short video of unknown duration on the short queue', async () => {
    const script = { statedDurationSeconds: null, chunks: chunksOf(600) };
    await withJob(environment, script, async ({ handle, calls }) => {
      await handle.result();
      expect(mediaQueues(calls)).toEqual(new Set(['clipscribe-short']));
    });
  });

  it('moves a long video of unknown duration to the long queue and keeps the chunks that are there', async () => {
    const script = { statedDurationSeconds: null, chunks: chunksOf(6000) };
    await withJob(environment, script, async (job) => {
      await job.handle.result();
      expect(queuesOf(job.calls, 'acquireAudio')).toEqual(['clipscribe-short', 'clipscribe-long']);
      expect(queuesOf(job.calls, 'mergeTranscript')).toEqual(['clipscribe-long']);
      const transcribed = job.calls
        .filter((call) => call.activity === 'transcribeChunk')
        .map((call) => (call.input as { chunk: { index: number } }).chunk.index);
      expect(transcribed.sort((a, b) => a - b)).toEqual(script.chunks.map((chunk) => chunk.index));
      expect((await job.progress()).route).toBe('long');
    });
  });

  it('moves a video whose page understates its duration', async () => {
    const script = { statedDurationSeconds: 60, chunks: chunksOf(3000) };
    await withJob(environment, script, async ({ handle, calls }) => {
      await handle.result();
      expect(queuesOf(calls, 'acquireAudio')).toEqual(['clipscribe-short', 'clipscribe-long']);
    });
  });

  it('goes on along the short route, with a notice, when the metadata cannot be read', async () => {
    const script = {
      statedDurationSeconds: null,
      chunks: chunksOf(60),
      overrides: { fetchMetadata: () => Promise.reject(failure('BotCheck')) },
    };
    await withJob(environment, script, async (job) => {
      await job.handle.result();
      expect(mediaQueues(job.calls)).toEqual(new Set(['clipscribe-short']));
      expect((await job.progress()).notices).toEqual(['The metadata could not be read: scripted BotCheck']);
    });
  });
});

describe('high-value titles (H3)', () => {
  it('take the better model and an earlier turn', async () => {
    const script = { statedDurationSeconds: 60, title: 'Senate hearing on spectrum', chunks: chunksOf(60) };
    await withJob(environment, script, async (job) => {
      await job.handle.result();
      const models = job.calls
        .filter((call) => call.activity === 'transcribeChunk')
        .map((call) => (call.input as { model: string }).model);
      expect(models).toEqual(['small']);
      const { events } = await job.handle.fetchHistory();
      const priorities = (events ?? []).flatMap(
        (event) => event.activityTaskScheduledEventAttributes?.priority?.priorityKey ?? [],
      );
      expect(priorities[0]).toBe(3);
      expect(new Set(priorities.slice(1))).toEqual(new Set([2]));
    });
  });

  it('leave the model alone that the user chose', async () => {
    const script = { statedDurationSeconds: 60, title: 'Podcast', chunks: chunksOf(60) };
    const { jobInput } = await import('../support/workflow-harness.ts');
    await withJob(
      environment,
      script,
      async (job) => {
        await untilProgress(job, (progress) => progress.state === 'completed');
        const call = job.calls.find((each) => each.activity === 'transcribeChunk');
        expect((call?.input as { model: string }).model).toBe('tiny');
      },
      jobInput({ settings: { model: 'tiny' } }),
    );
  });
});

describe('a change of a job under way', () => {
  it('holds from the next step on: another queue, another turn and another model', async () => {
    const { begin, ...overrides } = heldFirstStep({ statedDurationSeconds: 900 });
    const script = { statedDurationSeconds: 900, chunks: chunksOf(900), overrides };
    const input = jobInput({ settings: { concurrency: 1 } });
    await withJob(
      environment,
      script,
      async (job) => {
        await job.handle.signal(SIGNALS.pause);
        await job.handle.signal(SIGNALS.change, { priority: 10, route: 'long', settings: { model: 'tiny' } });
        await job.handle.signal(SIGNALS.resume);
        begin();
        await job.handle.result();
        expect(queuesOf(job.calls, 'publishResults')).toEqual(['clipscribe-long']);
        const last = job.calls.findLast(({ activity }) => activity === 'transcribeChunk');
        expect(last?.input).toMatchObject({ model: 'tiny' });
        const { events } = await job.handle.fetchHistory();
        const priorities = (events ?? []).flatMap(
          (event) => event.activityTaskScheduledEventAttributes?.priority?.priorityKey ?? [],
        );
        expect(priorities.at(-1)).toBe(1);
        expect(await job.handle.query(QUERIES.input)).toMatchObject({ priority: 10, route: 'long' });
      },
      input,
    );
  });

  it('keeps a long video on the short queue where somebody chose that', async () => {
    const script = { statedDurationSeconds: null, chunks: chunksOf(6000) };
    await withJob(
      environment,
      script,
      async ({ handle, calls }) => {
        await handle.result();
        expect(mediaQueues(calls)).toEqual(new Set(['clipscribe-short']));
      },
      jobInput({ route: 'short' }),
    );
  });
});
