import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import { chunkOf, failure, reference, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, untilProgress, withJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const measure = () => ({
  seconds: 0.1,
  attempt: activityInfo().attempt,
  cached: false,
  model: 'scripted',
  costUsd: 0,
});

const talk = (overrides: NonNullable<Script['overrides']>): Script => ({
  statedDurationSeconds: 600,
  chunks: [0, 1, 2].map((index) => chunkOf(index, 200)),
  overrides,
});

describe('a host without a speaker encoder', () => {
  it('completes the job without speakers and says so once', async () => {
    const script = talk({ embedSpeakers: () => Promise.resolve({ voices: null, measure: measure() }) });
    await withJob(environment, script, async (job) => {
      const { notices } = await job.handle.result();
      expect(notices).toEqual([expect.stringContaining('no speaker encoder is installed')]);
      expect(job.calls.map((call) => call.activity)).not.toContain('labelSpeakers');
    });
  });
});

describe('a number of speakers that is not found', () => {
  it('is told', async () => {
    await withJob(
      environment,
      talk({}),
      async ({ handle }) => {
        const { notices } = await handle.result();
        expect(notices).toEqual(['Of 5 speakers only 2 could be told apart.']);
      },
      jobInput({ settings: { speakers: { exactly: 5 } } }),
    );
  });
});

describe('listening to voices', () => {
  it('can be skipped while another stage runs, because it goes on beside the transcription', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const script = talk({
      transcribeChunk: async ({ chunk }) => {
        if (chunk.index > 0) await held;
        return {
          transcript: reference(`transcripts/${chunk.index}.json`),
          language: 'en',
          languageProbability: 0.98,
          measure: measure(),
        };
      },
      embedSpeakers: () => Promise.reject(failure('ModelRejected')),
    });
    await withJob(environment, script, async (job) => {
      const waiting = await untilProgress(job, (progress) => progress.state === 'needs_attention');
      expect(waiting).toMatchObject({ stage: 'transcribe', error: { stage: 'speakers' } });
      await job.handle.signal(SIGNALS.skip);
      await untilProgress(job, (progress) => progress.state === 'running');
      release();
      const { notices } = await job.handle.result();
      expect(notices).toEqual(['The step "speakers" was skipped: scripted ModelRejected']);
      const called = job.calls.map((call) => call.activity);
      expect(called.filter((activity) => activity === 'embedSpeakers')).toHaveLength(1);
      expect(called).not.toContain('labelSpeakers');
    });
  });
});
