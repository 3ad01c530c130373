import { expect } from 'vitest';
import { createBatchActivities } from '../../src/activities/batch-activities.ts';
import { LocalArtifactStore } from '../../src/adapters/local-store/local-artifact-store.ts';
import { createBatchJobs } from '../../src/api/batches/batch-jobs.ts';
import type { TIERS } from '../../src/domain/tiers.ts';
import type { TestApi } from './api.ts';
import { runActivity } from './run-activity.ts';
import { testFolder } from './test-folder.ts';
import { jobInput } from './workflow-harness.ts';

/** Addresses of made-up talks. */
export const talks = (count: number, first = 1): string[] =>
  Array.from({ length: count }, (_, index) => `https://example.org/talk-${index + first}`);

/** A batch as the API answers. */
export interface BatchAnswer {
  id: string;
  status: string;
  counts: Record<string, number>;
  [name: string]: unknown;
}

/** Submits a batch. */
export async function submit(
  api: TestApi,
  body: object,
  headers?: Record<string, string>,
): Promise<BatchAnswer> {
  const answer = await api.send('POST', '/api/batches', body, headers);
  expect(answer.status).toBe(202);
  return (await answer.json()) as BatchAnswer;
}

/** The JSON of an answer. */
export const json = async (answer: Promise<Response>): Promise<Record<string, unknown>> =>
  (await (await answer).json()) as Record<string, unknown>;

/** The steps of batches over the catalogue of the test and its jobs in memory. */
export function stepsOf(api: TestApi) {
  const { batches, catalogue } = api.repositories;
  const store = new LocalArtifactStore(testFolder());
  const activities = createBatchActivities({
    batches,
    store,
    jobs: createBatchJobs({
      jobs: api.cataloguedJobs,
      catalogue,
      ...{ store, policy: jobInput().policy, allowLocalFiles: false },
      startSoon: () => undefined,
    }),
  });
  return {
    fill: (batchId: string, windowSize = 10) =>
      runActivity(() => activities.fillWindow({ batchId, windowSize })),
    cancel: (batchId: string) => runActivity(() => activities.cancelBatch({ batchId })),
    end: (batchId: string) => runActivity(() => activities.endBatch({ batchId })),
  };
}

/** Starts the jobs whose turn it is, and ends all that run. @returns how many */
export const settleAll = async (
  api: TestApi,
  state: 'completed' | 'failed' = 'completed',
): Promise<number> => {
  await api.dispatcher.dispatch();
  const started = await api.repositories.catalogue.heldByTemporal({ limit: 1000, after: undefined });
  for (const { id, operationId } of started)
    await api.repositories.catalogue.settle({
      ...{ id, operationId, state, title: `Title of ${id}`, durationSeconds: 60, error: null },
    });
  return started.length;
};

/** Makes a token. @returns its header */
export async function tokenOf(
  api: TestApi,
  email: string,
  tier: keyof typeof TIERS,
): Promise<Record<string, string>> {
  const answer = await json(api.send('POST', '/api/admin/tokens', { email, tier }));
  return { authorization: `Bearer ${String(answer['token'])}` };
}
