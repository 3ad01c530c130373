import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import { chunkOf, reference, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, withJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const talk = (overrides: NonNullable<Script['overrides']> = {}): Script => ({
  statedDurationSeconds: 600,
  chunks: [0, 1, 2].map((index) => chunkOf(index, 200)),
  overrides,
});
const OF_THE_VIDEO = ['fetchMetadata', 'acquireAudio', 'transcribeChunk', 'embedSpeakers', 'labelSpeakers'];

describe('a job that is amended', () => {
  it('writes its results from what was found before, without a look at the video', async () => {
    await withJob(
      environment,
      talk(),
      async (job) => {
        expect((await job.handle.result()).manifest).toEqual(reference('manifest.json'));
        const called = job.calls.map(({ activity }) => activity);
        expect(called.filter((activity) => OF_THE_VIDEO.includes(activity))).toEqual([]);
        expect(called.slice(0, 2)).toEqual(['openGround', 'applyCorrections']);
        expect(await job.progress()).toMatchObject({ title: 'A scripted talk', progress: 100 });
      },
      jobInput({ amend: true }),
    );
  });
});

describe('corrections of a job that runs', () => {
  it('are written too when they come while the results are written', async () => {
    let publications = 0;
    const manifests = ['without.json', 'with.json'].map(reference);
    let whenPublishing = (): Promise<void> => Promise.resolve();
    const script = talk({
      publishResults: async () => {
        if (publications === 0) await whenPublishing();
        const manifest = manifests[publications] ?? reference('too-often.json');
        publications += 1;
        return { manifest, measure: { seconds: 0, attempt: 1, cached: false, model: null, costUsd: 0 } };
      },
    });
    await withJob(environment, script, async (job) => {
      // Several that come at once need one writing.
      whenPublishing = async () => {
        await job.handle.signal(SIGNALS.amend);
        await job.handle.signal(SIGNALS.amend);
      };
      expect((await job.handle.result()).manifest).toEqual(reference('with.json'));
      const count = (name: string): number => job.calls.filter(({ activity }) => activity === name).length;
      expect([count('applyCorrections'), count('transcribeChunk')]).toEqual([2, 3]);
    });
  });

  it('are written by a next run when they come while the job cleans up', async () => {
    let cleaning = (): Promise<void> => Promise.resolve();
    let cleaned = 0;
    const script = talk({
      removeScratch: async () => {
        if (cleaned === 0) await cleaning();
        cleaned += 1;
      },
    });
    await withJob(environment, script, async (job) => {
      cleaning = () => job.handle.signal(SIGNALS.amend);
      await job.handle.result();
      const called = job.calls.map(({ activity }) => activity);
      expect(called.filter((activity) => activity === 'openGround')).toHaveLength(1);
      expect(called.filter((activity) => activity === 'publishResults')).toHaveLength(2);
      expect(called.filter((activity) => activity === 'transcribeChunk')).toHaveLength(3);
    });
  });
});
