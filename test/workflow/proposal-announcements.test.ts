import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_SIGNALS } from '../../src/contracts/jobs.ts';
import type { ResultActivities } from '../../src/contracts/job-results.ts';
import type { AnnounceEventInput, NotificationActivities } from '../../src/contracts/notifications.ts';
import {
  REEL_PROPOSE,
  type ProposalActivities,
  type ReelProposeInput,
} from '../../src/contracts/reel-propose.ts';
import type { ServiceActivities } from '../../src/contracts/service-activities.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { failure, reference } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';
import { workflowCode } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const measure = { seconds: 0.1, attempt: 1, cached: false, model: null, costUsd: 0 };
const found = { files: [], title: 'A talk', momentCount: 3, measure };
const quiet: ProposalActivities & ResultActivities = {
  proposeMoments: () => Promise.resolve({ ...found, windowCount: 1, notices: [] }),
  chooseMoments: () => Promise.resolve({ choice: reference('choice.json'), notices: [], measure }),
  rankMoments: () => Promise.resolve({ proposed: { files: [], momentCount: 3 }, notices: [], measure }),
  publishFiles: () => Promise.resolve({ manifest: reference('manifest.json'), measure }),
};
const reached = 'A cost ceiling is reached.';

const inputOf = (jobId: string): ReelProposeInput => ({
  ...{ jobId, userId: 'local', sourceJobId: 'job_completed', priority: 5 },
  settings: { lengthSeconds: 60, model: 'google/gemini-2.5-flash' },
  account: {
    ...{ accountId: 'local', operationId: 'op', longestVideoSeconds: null, weight: 1 },
    paidStages: ['choose'],
  },
});

/** Runs a proposal by a language model whose ceiling is reached, where it is one, and takes down what is announced. */
async function withProposal(
  { steps = {}, ceiling = null }: { steps?: Partial<ProposalActivities>; ceiling?: string | null },
  input: ReelProposeInput,
  body: (proposal: {
    handle: Awaited<ReturnType<TestWorkflowEnvironment['client']['workflow']['start']>>;
    told: AnnounceEventInput['event'][];
  }) => Promise<void>,
): Promise<void> {
  const told: AnnounceEventInput['event'][] = [];
  const service: Pick<ServiceActivities, 'settleJob' | 'reportCosts'> &
    Pick<NotificationActivities, 'planNotifications'> = {
    settleJob: () => Promise.resolve(),
    reportCosts: () => Promise.resolve({ leftUsd: null, reached: ceiling, near: [] }),
    planNotifications: ({ event }) => {
      told.push(event);
      return Promise.resolve({ notifications: [] });
    },
  };
  const connection = environment.nativeConnection;
  const workflowBundle = await workflowCode();
  const control = await Worker.create({
    ...{ connection, taskQueue: TASK_QUEUES.control },
    ...{ workflowBundle, activities: { ...quiet, ...steps } },
  });
  // As the API does: it tells people also where no worker is.
  const accounts = await Worker.create({
    ...{ connection, taskQueue: TASK_QUEUES.service },
    ...{ workflowBundle, activities: service },
  });
  await control.runUntil(
    accounts.runUntil(async () => {
      const handle = await environment.client.workflow.start(REEL_PROPOSE, {
        ...{ workflowId: input.jobId, taskQueue: TASK_QUEUES.control, args: [input] },
      });
      await body({ handle, told });
    }),
  );
}

describe('what a proposal announces', () => {
  it('is that it begins and that it is there', async () => {
    await withProposal({}, inputOf('reel_announced'), async ({ handle, told }) => {
      await handle.result();
      await until(() => told.length === 2);
      expect(told.map(({ type }) => type).sort()).toEqual(['job.complete', 'job.started']);
      const complete = told.find(({ type }) => type === 'job.complete');
      expect(complete?.data).toMatchObject({
        ...{ id: 'reel_announced', title: 'A talk', durationSeconds: null, error: null },
        resultsUrl: '/api/jobs/reel_announced/artifacts',
      });
    });
  });

  it('is that a cost ceiling holds it, until somebody leaves the language model out', async () => {
    await withProposal({ ceiling: reached }, inputOf('reel_held'), async ({ handle, told }) => {
      const held = await until(() => told.find(({ type }) => type === 'job.needs_attention'));
      expect(held.data).toMatchObject({
        error: { code: 'CostCeilingReached', message: reached },
      });
      await handle.signal(JOB_SIGNALS.skip);
      await handle.result();
      await until(() => told.some(({ type }) => type === 'job.complete'));
    });
  });

  it('is why it has failed', async () => {
    const steps = { proposeMoments: () => Promise.reject(failure('InvalidInput')) };
    await withProposal({ steps }, inputOf('reel_failed'), async ({ handle, told }) => {
      await expect(handle.result()).rejects.toThrow();
      const failed = await until(() => told.find(({ type }) => type === 'job.failed'));
      expect(failed.data).toMatchObject({ resultsUrl: null, error: { code: 'InvalidInput' } });
    });
  });
});
