import { WorkflowFailedError } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withHeartbeat } from '../../src/activities/activity-support.ts';
import type { ParkOrder } from '../../src/contracts/jobs.ts';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import type { TranscribeChunkInput, TranscribeChunkResult } from '../../src/contracts/video-speech-steps.ts';
import { chunkOf, failure, heldFirstStep, reference, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, untilProgress, withJob, type RunningJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const order = (number: number): ParkOrder => ({
  number,
  notice: { by: 'ada@example.org', at: '2026-11-24T12:00:00.000Z', reason: 'The bill is too high.' },
});

const talk = (overrides: NonNullable<Script['overrides']>, chunkCount = 4): Script => ({
  statedDurationSeconds: chunkCount * 200,
  chunks: Array.from({ length: chunkCount }, (_, index) => chunkOf(index, 200)),
  overrides,
});

const transcribed = ({ chunk }: TranscribeChunkInput): TranscribeChunkResult => ({
  transcript: reference(`transcripts/${chunk.index}.json`),
  language: 'en',
  languageProbability: 0.97,
  measure: { seconds: 1, attempt: 1, cached: false, model: 'scripted', costUsd: 0.01 },
});

/** A paid model that answers when the test lets it, behind the heartbeat of a real step. */
function paidModel() {
  const release = Promise.withResolvers<void>();
  const calls: number[] = [];
  let calledBack = 0;
  let aborted = 0;
  return {
    calls,
    calledBack: () => calledBack,
    aborted: () => aborted,
    answer: release.resolve,
    transcribeChunk: (input: TranscribeChunkInput) =>
      withHeartbeat(async ({ signal }) => {
        calls.push(input.chunk.index);
        Context.current().cancellationSignal.addEventListener('abort', () => (calledBack += 1));
        const abort = Promise.withResolvers<never>();
        signal.addEventListener('abort', () => {
          aborted += 1;
          abort.reject(signal.reason as Error);
        });
        await Promise.race([release.promise, abort.promise]);
        return transcribed(input);
      }),
  };
}

const inLanguage = jobInput({ settings: { language: 'en', concurrency: 2 } });
const untilCalls = (job: RunningJob, calls: readonly number[], count: number) =>
  untilProgress(job, () => calls.length >= count);

const details = async (job: RunningJob): Promise<string> =>
  (await job.handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '';

/** Of the steps that are not done: the number of the attempt that is under way, or comes next. */
const nextAttempts = async (job: RunningJob): Promise<(number | undefined)[]> =>
  ((await job.handle.describe()).raw.pendingActivities ?? []).map(({ attempt }) => attempt ?? undefined);

describe('an emergency stop', () => {
  it('lets the chunks in hand finish, calls no model after them, and loses nothing', async () => {
    const model = paidModel();
    await withJob(
      environment,
      talk({ transcribeChunk: model.transcribeChunk }),
      async (job) => {
        await untilCalls(job, model.calls, 2);
        await job.handle.signal(SIGNALS.park, order(1));
        expect((await job.progress()).state).toBe('paused');
        expect(await details(job)).toContain('ada@example.org stopped all work on 2026-11-24 at 12:00');
        await untilProgress(job, () => model.calledBack() === 2);
        model.answer();
        await untilProgress(job, ({ chunksDone }) => chunksDone === 2);
        expect(model.calls).toHaveLength(2);
        await job.handle.signal(SIGNALS.unpark, { number: 2 });
        await job.handle.result();
        expect(await details(job)).not.toContain('stopped all work');
      },
      inLanguage,
    );
    expect(model.aborted()).toBe(0);
    expect(model.calls.toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('is told from a cancellation, which ends the steps in hand at once', async () => {
    const model = paidModel();
    await withJob(
      environment,
      talk({ transcribeChunk: model.transcribeChunk }),
      async (job) => {
        await untilCalls(job, model.calls, 2);
        await job.handle.cancel();
        await expect(job.handle.result()).rejects.toThrow(WorkflowFailedError);
      },
      jobInput({ settings: { language: 'en', concurrency: 2 } }),
    );
    expect(model.aborted()).toBe(2);
  });

  it('lets a user who cancels meanwhile end the steps in hand at once', async () => {
    const model = paidModel();
    await withJob(
      environment,
      talk({ transcribeChunk: model.transcribeChunk }),
      async (job) => {
        await untilCalls(job, model.calls, 2);
        await job.handle.signal(SIGNALS.park, order(1));
        await untilProgress(job, () => model.calledBack() === 2);
        await job.handle.cancel();
        await expect(job.handle.result()).rejects.toThrow(WorkflowFailedError);
      },
      inLanguage,
    );
    expect(model.aborted()).toBe(2);
  });

  it('calls back steps that no worker has begun, and those that wait for their next attempt', async () => {
    let attempts = 0;
    const overrides: NonNullable<Script['overrides']> = {
      extractEntities: () => {
        attempts += 1;
        if (attempts > 1) return Promise.resolve(extracted());
        // Passing trouble, after which Temporal would try again by itself, though not while the test lasts.
        return Promise.reject(
          ApplicationFailure.create({ message: 'The model is busy.', nextRetryDelay: '5 minutes' }),
        );
      },
    };
    await withJob(environment, talk(overrides, 1), async (job) => {
      await expect.poll(() => nextAttempts(job)).toEqual([2]);
      await job.handle.signal(SIGNALS.park, order(1));
      await expect.poll(() => nextAttempts(job)).toEqual([]);
      expect(attempts).toBe(1);
      await job.handle.signal(SIGNALS.unpark, { number: 2 });
      await job.handle.result();
      expect(attempts).toBe(2);
    });
  });

  it('interrupts a download, which goes on afterwards', async () => {
    const begun: number[] = [];
    const overrides: NonNullable<Script['overrides']> = {
      acquireAudio: () =>
        withHeartbeat(
          async ({ signal }) => {
            const { currentWorkflow } = await import('../../src/activities/workflow-link.ts');
            const { chunkCount } = await currentWorkflow().acquired();
            begun.push(chunkCount);
            await currentWorkflow().chunksReady([chunkOf(chunkCount, 200)]);
            if (chunkCount === 0)
              await new Promise((_, reject) => {
                signal.addEventListener('abort', () => reject(signal.reason as Error));
              });
            const measure = { seconds: 1, attempt: 1, cached: false, model: null, costUsd: 0 };
            return { complete: true, durationSeconds: 400, hasAudio: true, chunkCount: 2, measure };
          },
          { finishesWhenParked: false },
        ),
    };
    await withJob(environment, talk(overrides), async (job) => {
      await untilProgress(job, ({ chunksDone }) => chunksDone === 1);
      await job.handle.signal(SIGNALS.park, order(1));
      await expect.poll(() => nextAttempts(job)).toEqual([]);
      expect((await job.progress()).state).toBe('paused');
      await job.handle.signal(SIGNALS.unpark, { number: 2 });
      await job.handle.result();
      expect((await job.progress()).chunksDone).toBe(2);
    });
    expect(begun).toEqual([0, 1]);
  });

  it('does not undo what the user paused, and ignores orders that come late', async () => {
    const { begin, ...overrides } = heldFirstStep({ statedDurationSeconds: 800 });
    await withJob(environment, talk(overrides), async (job) => {
      await job.handle.signal(SIGNALS.pause);
      await job.handle.signal(SIGNALS.park, order(3));
      await job.handle.signal(SIGNALS.unpark, { number: 4 });
      await job.handle.signal(SIGNALS.park, order(3));
      expect((await job.progress()).state).toBe('paused');
      expect(await details(job)).not.toContain('stopped all work');
      await job.handle.signal(SIGNALS.resume);
      begin();
      await job.handle.result();
    });
  });

  it('holds a job that waits for attention too, and lets it be cancelled', async () => {
    let tries = 0;
    const overrides: NonNullable<Script['overrides']> = {
      acquireAudio: () => {
        tries += 1;
        return Promise.reject(failure('DiskFull'));
      },
    };
    await withJob(environment, talk(overrides), async (job) => {
      await untilProgress(job, ({ state }) => state === 'needs_attention');
      await job.handle.signal(SIGNALS.park, order(1));
      await job.handle.signal(SIGNALS.retry, {});
      await untilProgress(job, ({ state }) => state === 'paused');
      await job.handle.cancel();
      await expect(job.handle.result()).rejects.toThrow(WorkflowFailedError);
      await job.handle.signal(SIGNALS.park, order(2)).catch(() => undefined);
      expect((await job.progress()).state).toBe('cancelled');
    });
    expect(tries).toBe(1);
  });
});

const extracted = () => ({
  extraction: reference('extraction.json'),
  languageSupported: true,
  measure: { seconds: 1, attempt: 2, cached: false, model: 'scripted', costUsd: 0 },
});
