import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import type { TranscribeChunkInput, TranscribeChunkResult } from '../../src/contracts/video-speech-steps.ts';
import { chunkOf, failure, reference, untilCancelled, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, untilProgress, withJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const talk = (overrides: Script['overrides'] = {}, chunkCount = 3): Script => ({
  statedDurationSeconds: chunkCount * 200,
  chunks: Array.from({ length: chunkCount }, (_, index) => chunkOf(index, 200)),
  overrides,
});

const transcribed = ({ chunk }: TranscribeChunkInput, language = 'en'): TranscribeChunkResult => ({
  transcript: reference(`transcripts/${chunk.index}.json`),
  language,
  languageProbability: 0.97,
  measure: { seconds: 1, attempt: 1, cached: false, model: 'scripted', costUsd: 0 },
});

/** A transcriber that waits, chunk by chunk, until the test lets it go on. */
function gatedTranscriber() {
  const waiting: (() => void)[] = [];
  let open = false;
  let running = 0;
  let mostRunning = 0;
  return {
    started: () => running,
    mostRunning: () => mostRunning,
    openAll: () => {
      open = true;
      waiting.splice(0).forEach((go) => go());
    },
    letOneGo: () => waiting.shift()?.(),
    transcribeChunk: async (input: TranscribeChunkInput) => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      if (!open) {
        const beat = setInterval(() => Context.current().heartbeat(), 200);
        await Promise.race([
          new Promise<void>((resolve) => waiting.push(resolve)),
          Context.current().cancelled,
        ]);
        clearInterval(beat);
      }
      running -= 1;
      return transcribed(input);
    },
  };
}

describe('a step that is out of retries', () => {
  it('makes the job wait for attention, and a retry with changed settings brings it home', async () => {
    const script = talk({
      transcribeChunk: (input) =>
        input.model === 'tiny'
          ? Promise.resolve(transcribed(input))
          : Promise.reject(failure('ModelUnknown')),
    });
    await withJob(environment, script, async (job) => {
      const { error, stage } = await untilProgress(job, (progress) => progress.state === 'needs_attention');
      expect(error).toEqual({ code: 'ModelUnknown', message: 'scripted ModelUnknown', stage: 'transcribe' });
      expect(stage).toBe('transcribe');
      await job.handle.signal(SIGNALS.retry, { model: 'tiny' });
      await job.handle.result();
      expect((await job.progress()).error).toBeNull();
      expect((await job.progress()).state).toBe('completed');
    });
  });

  it('can be skipped where the step is optional, and the results say so', async () => {
    const script = talk({ extractEntities: () => Promise.reject(failure('ModelRejected')) });
    await withJob(environment, script, async (job) => {
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.signal(SIGNALS.skip);
      const { notices } = await job.handle.result();
      expect(notices).toEqual(['The step "entities" was skipped: scripted ModelRejected']);
      const published = job.calls.find((call) => call.activity === 'publishResults');
      expect(published?.input).toMatchObject({ graph: null });
    });
  });

  it('cannot be skipped where the result needs it', async () => {
    let broken = true;
    const script = talk({
      writeSubtitles: () =>
        broken
          ? Promise.reject(failure('DiskFull'))
          : Promise.resolve({
              files: [],
              measure: transcribed({ chunk: chunkOf(0, 1) } as TranscribeChunkInput).measure,
            }),
    });
    await withJob(environment, script, async (job) => {
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.signal(SIGNALS.skip);
      expect((await job.progress()).state).toBe('needs_attention');
      broken = false;
      await job.handle.signal(SIGNALS.retry, {});
      await job.handle.result();
    });
  });

  it('fails the job at once, with its code, where the input can never work', async () => {
    const script = talk({ fetchMetadata: () => Promise.reject(failure('VideoUnavailable')) });
    await withJob(environment, script, async (job) => {
      const error: unknown = await job.handle.result().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect((error as WorkflowFailedError).cause).toMatchObject({ type: 'VideoUnavailable' });
      expect((error as WorkflowFailedError).cause).toBeInstanceOf(ApplicationFailure);
      // No host of the route is started to find that nothing was left there.
      expect(job.calls.map((call) => call.activity)).toEqual(['fetchMetadata', 'recordOutcome']);
      expect((await job.progress()).state).toBe('failed');
    });
  });

  it('cancels the transcription in hand when the media turns out to be damaged', async () => {
    let cancelled = false;
    const begun = Promise.withResolvers<void>();
    const script = talk({
      transcribeChunk: async () => {
        begun.resolve();
        await untilCancelled().catch((error: unknown) => {
          cancelled = true;
          throw error;
        });
        throw new Error('unreachable');
      },
      acquireAudio: async () => {
        const { currentWorkflow } = await import('../../src/activities/workflow-link.ts');
        await currentWorkflow().chunksReady([chunkOf(0, 200)]);
        await begun.promise;
        throw failure('CorruptMedia');
      },
    });
    await withJob(environment, script, async (job) => {
      const error = (await job.handle.result().catch((caught: unknown) => caught)) as WorkflowFailedError;
      expect(error.cause).toMatchObject({ type: 'CorruptMedia' });
      expect(cancelled).toBe(true);
    });
  });
});

describe('pause, resume and cancel', () => {
  it('pausing lets chunks in hand finish and starts nothing new; resuming goes on', async () => {
    const gate = gatedTranscriber();
    await withJob(environment, talk({ transcribeChunk: gate.transcribeChunk }), async (job) => {
      await untilProgress(job, () => gate.started() === 1);
      await job.handle.signal(SIGNALS.pause);
      expect((await job.progress()).state).toBe('paused');
      gate.openAll();
      await untilProgress(job, (progress) => progress.chunksDone === 1);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect((await job.progress()).chunksDone).toBe(1);
      await job.handle.signal(SIGNALS.resume);
      await job.handle.result();
      expect((await job.progress()).chunksDone).toBe(3);
    });
  });

  it('cancelling reaches the running steps, removes scratch files and ends the job as cancelled', async () => {
    const script = talk({ transcribeChunk: untilCancelled });
    await withJob(environment, script, async (job) => {
      await untilProgress(job, () => job.calls.some((call) => call.activity === 'transcribeChunk'));
      await job.handle.cancel();
      const error = (await job.handle.result().catch((caught: unknown) => caught)) as WorkflowFailedError;
      expect(error.cause).toBeInstanceOf(CancelledFailure);
      expect(job.calls.slice(-2).map(({ activity }) => activity)).toEqual(['removeScratch', 'recordOutcome']);
      expect((await job.progress()).state).toBe('cancelled');
      expect((await job.handle.describe()).status.name).toBe('CANCELLED');
    });
  });

  it('a job that waits for attention can be cancelled', async () => {
    const script = talk({ acquireAudio: () => Promise.reject(failure('DiskFull')) });
    await withJob(environment, script, async (job) => {
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.cancel();
      await expect(job.handle.result()).rejects.toThrow(WorkflowFailedError);
    });
  });
});

/** In which language each chunk was asked for. */
const decodingOf = (calls: readonly { activity: string; input: unknown }[]): unknown[] =>
  calls
    .filter((call) => call.activity === 'transcribeChunk')
    .map((call) => call.input as TranscribeChunkInput)
    .map(({ language, switching }) => [language, switching]);

describe('the fan-out over chunks', () => {
  it('keeps to the concurrency that was asked for, and holds the language of the first chunk', async () => {
    const gate = gatedTranscriber();
    const input = jobInput({ settings: { concurrency: 2 } });
    await withJob(
      environment,
      talk({ transcribeChunk: gate.transcribeChunk }, 6),
      async (job) => {
        await untilProgress(job, () => gate.started() === 1);
        gate.letOneGo();
        await untilProgress(job, () => gate.started() === 2);
        gate.openAll();
        await job.handle.result();
        expect(gate.mostRunning()).toBe(2);
        const languages = decodingOf(job.calls);
        expect(languages).toEqual([undefined, 'en', 'en', 'en', 'en', 'en'].map((each) => [each, 'evident']));
      },
      input,
    );
  });

  it('holds no language where several are spoken, and does not wait for one', async () => {
    const gate = gatedTranscriber();
    const input = jobInput({ settings: { concurrency: 2, language: 'multi' } });
    await withJob(
      environment,
      talk({ transcribeChunk: gate.transcribeChunk }, 3),
      async (job) => {
        await untilProgress(job, () => gate.started() === 2);
        gate.openAll();
        await job.handle.result();
        expect(decodingOf(job.calls)).toEqual(Array(3).fill([undefined, 'any']));
      },
      input,
    );
  });

  it('sends no chunk without speech to a model, and says when nobody speaks', async () => {
    const script: Script = { statedDurationSeconds: 400, chunks: [chunkOf(0, 200, 0), chunkOf(1, 200, 0)] };
    await withJob(environment, script, async (job) => {
      const { notices } = await job.handle.result();
      expect(notices).toEqual(['No speech was found in this video.']);
      expect(job.calls.some((call) => call.activity === 'transcribeChunk')).toBe(false);
    });
  });

  it('counts a chunk once that a second attempt of acquiring reports again', async () => {
    const script = talk({}, 2);
    script.overrides = {
      acquireAudio: async () => {
        const { currentWorkflow } = await import('../../src/activities/workflow-link.ts');
        await currentWorkflow().chunksReady([chunkOf(0, 200)]);
        await currentWorkflow().chunksReady([chunkOf(0, 200), chunkOf(1, 200)]);
        const measure = { seconds: 1, attempt: 1, cached: false, model: null, costUsd: 0 };
        return { complete: true, durationSeconds: 400, hasAudio: true, chunkCount: 2, measure };
      },
    };
    await withJob(environment, script, async (job) => {
      await job.handle.result();
      expect(job.calls.filter((call) => call.activity === 'transcribeChunk')).toHaveLength(2);
    });
  });
});

describe('the Temporal UI', () => {
  it('tells the story: search attributes, summaries and current details', async () => {
    await withJob(environment, talk(), async (job) => {
      await job.handle.result();
      const { events } = await job.handle.fetchHistory();
      const summaries = (events ?? []).flatMap((event) => {
        const data = event.userMetadata?.summary?.data;
        return data ? [JSON.parse(Buffer.from(data).toString('utf8')) as string] : [];
      });
      expect(summaries).toContain('title, duration, chapters');
      expect(summaries).toContain('chunk 3/3 · 6:40–10:00');
      const description = await job.handle.describe();
      const attributes = Object.fromEntries(
        description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
      );
      expect(attributes).toMatchObject({
        ClipScribeState: 'completed',
        ClipScribeStage: 'publish',
        ClipScribeRoute: 'short',
        ClipScribePriority: 5,
        ClipScribeDurationSeconds: 600,
      });
      const metadata = await job.handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      expect(metadata.currentDetails).toContain('completed');
    });
  });
});
