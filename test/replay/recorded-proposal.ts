import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { ResultActivities } from '../../src/contracts/job-results.ts';
import {
  REEL_PROPOSE,
  type ProposalActivities,
  type ReelProposeInput,
} from '../../src/contracts/reel-propose.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { reference } from '../support/scripted-activities.ts';
import { workflowCode } from '../support/workflow-harness.ts';

const measure = { seconds: 0.1, attempt: 1, cached: false, model: null, costUsd: 0 };
const found = { files: [], title: 'A talk', momentCount: 3, measure };
const activities: ProposalActivities & ResultActivities = {
  proposeMoments: ({ settings }) =>
    Promise.resolve(settings.model === undefined ? found : { ...found, windowCount: 2, notices: [] }),
  chooseMoments: () => Promise.resolve({ choice: reference('choice.json'), notices: [], measure }),
  rankMoments: () => Promise.resolve({ proposed: { files: [], momentCount: 3 }, notices: [], measure }),
  publishFiles: () => Promise.resolve({ manifest: reference('manifest.json'), measure }),
};

/** Runs a proposal, by a language model where one is named. @returns its workflow id */
export async function runProposalToRecord(
  environment: TestWorkflowEnvironment,
  model?: string,
): Promise<string> {
  const jobId = model === undefined ? 'reel_proposal' : 'reel_proposal_by_model';
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.control,
    workflowBundle: await workflowCode(),
    activities,
  });
  const input: ReelProposeInput = {
    ...{ jobId, userId: 'local', sourceJobId: 'job_completed' },
    settings: { lengthSeconds: 60, ...(model === undefined ? {} : { model }) },
    ...{ priority: 5, account: null },
  };
  await worker.runUntil(
    environment.client.workflow.execute(REEL_PROPOSE, {
      workflowId: jobId,
      taskQueue: TASK_QUEUES.control,
      args: [input],
    }),
  );
  return jobId;
}
