import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnnounceEventInput, NotificationActivities } from '../../src/contracts/notifications.ts';
import type { ServiceActivities } from '../../src/contracts/service-activities.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { failure } from '../support/scripted-activities.ts';
import { reelInput, withReel } from '../support/scripted-reel.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';
import { workflowCode } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

/** The service as a reel with an account needs it, which takes down what there is to announce. */
async function withService<T>(body: (told: AnnounceEventInput[]) => Promise<T>): Promise<T> {
  const told: AnnounceEventInput[] = [];
  const activities: Pick<ServiceActivities, 'settleJob'> & Pick<NotificationActivities, 'planNotifications'> =
    {
      settleJob: () => Promise.resolve(),
      planNotifications: (announced) => {
        told.push(announced);
        return Promise.resolve({ notifications: [] });
      },
    };
  const connection = environment.nativeConnection;
  const worker = await Worker.create({
    ...{ connection, taskQueue: TASK_QUEUES.service, activities },
    workflowBundle: await workflowCode(),
  });
  return worker.runUntil(() => body(told));
}

const account = {
  ...{ accountId: 'local', operationId: 'op', longestVideoSeconds: null, weight: 1, paidStages: [] },
};

describe('what a reel announces', () => {
  it('is that it begins and that it is there, by workflows of their own', async () => {
    const input = reelInput(2, { account });
    await withService((told) =>
      withReel(
        environment,
        {},
        async (reel) => {
          await reel.handle.result();
          await until(() => told.length === 2);
          const complete = told.find(({ event }) => event.type === 'reel.complete');
          expect(complete).toMatchObject({
            ...{ eventId: `${input.jobId}-reel.complete-op-2`, userId: 'local' },
            event: {
              data: {
                ...{ id: input.jobId, title: 'Reel of 2 clips', durationSeconds: 20, error: null },
                resultsUrl: `/api/jobs/${input.jobId}/artifacts`,
              },
            },
          });
          expect(told.map(({ event }) => event.type).sort()).toEqual(['job.started', 'reel.complete']);
          const { events } = await reel.handle.fetchHistory();
          const children = events?.flatMap(
            (event) =>
              event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? [],
          );
          expect(children).toEqual([`${input.jobId}-job.started-op-1`, complete?.eventId]);
        },
        input,
      ),
    );
  });

  it('is why it has failed, with no address of results', async () => {
    await withService((told) =>
      withReel(
        environment,
        { acquireClip: () => Promise.reject(failure('CorruptMedia')) },
        async (reel) => {
          await expect(reel.handle.result()).rejects.toThrow();
          const failed = await until(() => told.find(({ event }) => event.type === 'job.failed'));
          expect(failed.event.data).toMatchObject({
            resultsUrl: null,
            error: {
              code: 'InsufficientClips',
              message: expect.stringContaining('none can be used') as string,
            },
          });
        },
        reelInput(2, { account }),
      ),
    );
  });
});
