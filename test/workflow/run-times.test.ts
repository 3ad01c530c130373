import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SettleJobInput } from '../../src/contracts/service-activities.ts';
import { JOB_SIGNALS } from '../../src/contracts/jobs.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import type { VideoActivities } from '../../src/contracts/video-activities.ts';
import { chunkOf, heldFirstStep, reference, untilCancelled } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';
import { jobInput, untilProgress, withJob, type RunningJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

/** Runs a scripted job to its end, and gives what the service is told of it. */
async function settled(
  overrides: Partial<VideoActivities> = {},
  onTheWay: (job: RunningJob, told: () => SettleJobInput | undefined) => Promise<void> = () =>
    Promise.resolve(),
): Promise<SettleJobInput | undefined> {
  let told: SettleJobInput | undefined;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.service,
    activities: {
      settleJob: (input: SettleJobInput) => Promise.resolve(void (told = input)),
      indexTranscript: () => Promise.resolve(),
      planNotifications: () => Promise.resolve({ notifications: [] }),
    },
  });
  const account = { accountId: 'token_a', operationId: 'operation', longestVideoSeconds: null, weight: 1 };
  const script = { statedDurationSeconds: 300, chunks: [chunkOf(0, 150), chunkOf(1, 150)], overrides };
  const run = async (job: RunningJob): Promise<void> => {
    await onTheWay(job, () => told);
    await job.handle.result().catch((error: unknown) => {
      if (told?.state !== 'cancelled') throw error;
    });
  };
  await worker.runUntil(withJob(environment, script, run, jobInput({ account })));
  return told;
}

describe('a job that has ended', () => {
  it.each(['completed', 'cancelled'] as const)(
    'is settled though nobody is there to clean up behind it: %s',
    async (state) => {
      const left = Promise.withResolvers<void>();
      const told = await settled(
        {
          removeScratch: () => left.promise,
          ...(state === 'cancelled' && { transcribeChunk: untilCancelled }),
        },
        async (job, settlement) => {
          if (state === 'cancelled') {
            await until(() => job.calls.some(({ activity }) => activity === 'transcribeChunk'));
            await job.handle.cancel();
          }
          await until(() => settlement() !== undefined);
          expect(job.calls.map(({ activity }) => activity)).not.toContain('recordOutcome');
          left.resolve();
        },
      );
      expect(told).toMatchObject({ state });
    },
  );
});

describe('the time of a run', () => {
  it('is told by stage when the job has completed, with its queue and the length of the media', async () => {
    const { run } = (await settled()) ?? {};
    expect(run).toMatchObject({ queue: TASK_QUEUES.short, mediaSeconds: 300 });
    const stages = run?.stages ?? [];
    expect(stages.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['metadata', 'acquire', 'transcribe', 'publish']),
    );
    const inStages = stages.reduce((sum, { seconds }) => sum + seconds, 0);
    expect(inStages).toBeCloseTo(run?.runSeconds ?? 0);
    // Each step says that it worked for a tenth of a second.
    expect(run?.workSeconds).toBeGreaterThan(0.5);
  });

  it('says nothing where somebody held the job up', async () => {
    const { begin, ...overrides } = heldFirstStep({ statedDurationSeconds: 300 });
    const told = await settled(overrides, async (job) => {
      await job.handle.signal(JOB_SIGNALS.pause);
      await untilProgress(job, ({ state }) => state === 'paused');
      await job.handle.signal(JOB_SIGNALS.resume);
      begin();
    });
    expect(told).toMatchObject({ state: 'completed', run: null });
  });

  it('says nothing where what was done before came from the cache', async () => {
    const measure = { seconds: 0.1, attempt: 1, cached: true, model: null, costUsd: 0 };
    const told = await settled({
      mergeTranscript: () =>
        Promise.resolve({
          ...{ transcript: reference('transcript.json'), segmentCount: 20 },
          measure,
        }),
    });
    expect(told).toMatchObject({ state: 'completed', run: null });
  });
});
