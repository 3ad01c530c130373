import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcquireAudioInput, FetchMetadataInput } from '../../src/contracts/video-source-steps.ts';
import type { StageName } from '../../src/domain/job.ts';
import { chunkOf, failure, reference, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, withJob, type RunningJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const KEPT = reference('kept/metadata.json');
const SOURCE = { kind: 'url', url: 'https://example.org/talk' };

/** A video whose page tells, or does not, and whose last run has left its metadata, or has not. */
const talk = ({ isThere, isKept }: { isThere: boolean; isKept: boolean }): Script => ({
  statedDurationSeconds: 600,
  chunks: [0, 1, 2].map((index) => chunkOf(index, 200)),
  overrides: {
    fetchMetadata: ({ source }) => {
      if (source === null && !isKept) return Promise.reject(failure('ArtifactMissing'));
      if (source !== null && !isThere) return Promise.reject(failure('VideoUnavailable'));
      return Promise.resolve({
        title: 'A talk',
        durationSeconds: 600,
        metadata: source === null ? KEPT : reference('metadata.json'),
        measure: { seconds: 0, attempt: 1, cached: source === null, model: null, costUsd: 0 },
      });
    },
  },
});

const redo = (from: StageName, fromGround = false) =>
  jobInput({ redo: { from, nonce: 'again', fromGround } });

const inputsOf = <Input>({ calls }: RunningJob, activity: string): Input[] =>
  calls.filter((call) => call.activity === activity).map(({ input }) => input as Input);
const sourcesOf = (job: RunningJob) =>
  inputsOf<FetchMetadataInput>(job, 'fetchMetadata').map(({ source }) => source);
const metadataOf = (job: RunningJob) =>
  inputsOf<AcquireAudioInput>(job, 'acquireAudio').map(({ metadata }) => metadata);

describe('a job that is done again', () => {
  it('from behind what was found makes that stage and later ones anew, without a look at the video', async () => {
    await withJob(
      environment,
      talk({ isThere: false, isKept: false }),
      async (job) => {
        await job.handle.result();
        const called = job.calls.map(({ activity }) => activity);
        expect(called.slice(0, 2)).toEqual(['openGround', 'applyCorrections']);
        for (const activity of ['fetchMetadata', 'acquireAudio', 'keepGround'])
          expect(called).not.toContain(activity);
        const salts = ['extractEntities', 'writeReport'].map((activity) => inputsOf(job, activity)[0]);
        expect(salts).toMatchObject([{ salt: '' }, { salt: 'again' }]);
      },
      redo('report', true),
    );
  });

  it('from behind the audio does not ask the source, which may be gone', async () => {
    await withJob(
      environment,
      talk({ isThere: false, isKept: true }),
      async (job) => {
        expect((await job.handle.result()).notices).toEqual([]);
        expect([sourcesOf(job), metadataOf(job)]).toEqual([[null], [KEPT]]);
      },
      redo('transcribe'),
    );
  });

  it('asks the source where its last run has left nothing', async () => {
    await withJob(
      environment,
      talk({ isThere: true, isKept: false }),
      async (job) => {
        await job.handle.result();
        expect([sourcesOf(job), metadataOf(job)]).toEqual([[null, SOURCE], [reference('metadata.json')]]);
      },
      redo('speakers'),
    );
  });

  it('from its audio on asks the source first, and says so where it takes what the last run has left', async () => {
    await withJob(
      environment,
      talk({ isThere: false, isKept: true }),
      async (job) => {
        const { notices } = await job.handle.result();
        expect(notices).toEqual([
          expect.stringContaining('is that of the last run: scripted VideoUnavailable'),
        ]);
        expect([sourcesOf(job), metadataOf(job)]).toEqual([[SOURCE, null], [KEPT]]);
      },
      redo('acquire'),
    );
  });

  it('fails by what the source says where nothing is left either', async () => {
    await withJob(
      environment,
      talk({ isThere: false, isKept: false }),
      async (job) => {
        await expect(job.handle.result()).rejects.toMatchObject({ cause: { type: 'VideoUnavailable' } });
      },
      redo('metadata'),
    );
  });
});
