import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_QUERIES } from '../../src/contracts/jobs.ts';
import type { ReopenJobInput, SettleJobInput } from '../../src/contracts/service-activities.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import type { PublishResultsInput } from '../../src/contracts/video-result-steps.ts';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import { chunkOf, reference, scriptedActivities, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';
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
/** A talk whose reports and whose first clean-up let a test do something in between. */
function interrupted() {
  let cleaning = (): Promise<void> => Promise.resolve();
  let reporting = (): Promise<void> => Promise.resolve();
  const { activities } = scriptedActivities(talk());
  const script = talk({
    removeScratch: async () => {
      const now = cleaning;
      cleaning = () => Promise.resolve();
      await now();
    },
    writeReport: async (input) => {
      await reporting();
      return activities.writeReport(input);
    },
  });
  return {
    script,
    whenCleaning: (act: () => Promise<void>) => (cleaning = act),
    whenReporting: (act: () => Promise<void>) => (reporting = act),
  };
}
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

  it('are written with the settings of the job as they are by then, by a next run too', async () => {
    const { script, whenCleaning, whenReporting } = interrupted();
    await withJob(environment, script, async (job) => {
      const settings = { subtitles: { maxLines: 1 } };
      whenReporting(() => job.handle.signal(SIGNALS.change, { settings }));
      whenCleaning(() => job.handle.signal(SIGNALS.amend));
      await job.handle.result();
      const published = job.calls.filter(({ activity }) => activity === 'publishResults');
      expect(published.map(({ input }) => (input as PublishResultsInput).job.settings)).toEqual([
        settings,
        settings,
      ]);
    });
  });

  it('make a job that has told its end open again, which an emergency stop holds then', async () => {
    const { script, whenCleaning } = interrupted();
    const account = { accountId: 'a', operationId: 'first', longestVideoSeconds: null, weight: 1 };
    const notice = { reason: 'A leak.', by: 'ada@example.org', at: '2026-11-25T12:00:00Z' };
    const told: unknown[] = [];
    let stop = (): Promise<void> => Promise.resolve();
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: TASK_QUEUES.service,
      activities: {
        settleJob: ({ operationId, state }: SettleJobInput) =>
          Promise.resolve(void told.push([operationId, state])),
        reopenJob: async ({ operationId }: ReopenJobInput) => {
          told.push([operationId, 'reopened']);
          await stop();
          return true;
        },
        indexTranscript: () => Promise.resolve(),
        planNotifications: () => Promise.resolve({ notifications: [] }),
      },
    });
    const run = withJob(
      environment,
      script,
      async (job) => {
        whenCleaning(() => job.handle.signal(SIGNALS.amend));
        stop = () => job.handle.signal(SIGNALS.park, { number: 1, notice });
        const { runId } = await job.handle.describe();
        await until(() => Promise.resolve(told.length === 2));
        const isParked = () => job.handle.query<boolean>(JOB_QUERIES.parked);
        await until(isParked);
        expect((await job.handle.describe()).runId).toBe(runId);
        await job.handle.signal(SIGNALS.unpark, { number: 2 });
        await job.handle.result();
        expect((await job.handle.describe()).runId).not.toBe(runId);
      },
      jobInput({ account }),
    );
    await worker.runUntil(run);
    expect(told).toEqual([
      ['first', 'completed'],
      ['first', 'reopened'],
      ['first', 'completed'],
    ]);
  });

  it('are written by a next run when they come while the job cleans up', async () => {
    const { script, whenCleaning } = interrupted();
    await withJob(environment, script, async (job) => {
      whenCleaning(() => job.handle.signal(SIGNALS.amend));
      await job.handle.result();
      const called = job.calls.map(({ activity }) => activity);
      expect(called.filter((activity) => activity === 'openGround')).toHaveLength(1);
      expect(called.filter((activity) => activity === 'publishResults')).toHaveLength(2);
      expect(called.filter((activity) => activity === 'transcribeChunk')).toHaveLength(3);
    });
  });
});
