import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BATCH_QUERY_COUNTS, BATCH_WAKE, type BatchActivities } from '../../src/contracts/video-batch.ts';
import { type BatchCounts } from '../../src/domain/batch.ts';
import { ClipScribeError } from '../../src/domain/errors.ts';
import type { CatalogueJob } from '../../src/ports/job-catalogue.ts';
import { BatchHarness, type Settle } from '../support/batch-harness.ts';

let batches: BatchHarness;

beforeAll(async () => {
  batches = await BatchHarness.create();
});
afterAll(() => batches.close());
beforeEach(() => batches.clear());

describe('a batch', () => {
  test('of a thousand videos slides its window over all of them, in runs with short histories', async () => {
    await batches.run({}, async (jobs) => {
      const { batchId, handle } = await batches.start(1000, { windowSize: 50, looksPerRun: 8 });
      expect(await handle.result()).toMatchObject({ total: 1000, completed: 1000 });
      expect(jobs.mostOpen).toBeLessThanOrEqual(50);
      expect(await batches.stateOf(batchId)).toBe('completed');
      const last = await batches.environment.client.workflow.getHandle(batchId).describe();
      expect(last.runId).not.toBe(handle.firstExecutionRunId);
      expect(last.historyLength).toBeLessThan(1000);
      expect(last.raw.workflowExecutionInfo?.historySizeBytes?.toNumber()).toBeLessThan(256 * 1024);
      expect(await batches.announcementOf(batchId)).toMatchObject({
        userId: 'local',
        event: { type: 'batch.complete', data: { videoCount: 1000, durationSeconds: 60_000 } },
      });
    });
  }, 600_000);

  test('is told of once, also where a late job wakes it while it ends', async () => {
    const told: string[] = [];
    const steps = (real: BatchActivities): Partial<BatchActivities> => ({
      endBatch: async (input) => {
        const end = await real.endBatch(input);
        const [eventId] = told;
        if (eventId !== undefined) await batches.environment.client.workflow.result(eventId);
        else await batches.wake(input.batchId);
        told.push(end?.announcement?.eventId ?? '');
        return end;
      },
    });
    await batches.run({ steps }, async () => {
      const { batchId, handle } = await batches.start(1);
      await handle.result();
      expect(told).toEqual([told[0], told[0]]);
      await batches.environment.client.workflow.result(told[0] ?? '');
      expect(batches.announced.filter(({ event }) => event.data.id === batchId)).toHaveLength(1);
    });
  });

  test('goes on past videos that fail, and says so', async () => {
    const end = ({ source }: CatalogueJob): Settle => (/[13]$/.test(source) ? 'failed' : 'completed');
    await batches.run({ end }, async () => {
      const { batchId, handle } = await batches.start(5, { windowSize: 2 });
      expect(await handle.result()).toMatchObject({ completed: 3, failed: 2 });
      expect((await batches.announcementOf(batchId)).event.data).toMatchObject({
        title: 'urls.txt: 3 of 5 videos completed · 2 failed',
      });
    });
  });

  test('never has more videos open than its window, and accepts the next as one ends', async () => {
    const mayEnd = new Set<string>();
    const end = ({ source }: CatalogueJob): Settle | undefined =>
      mayEnd.has(source.split('/').at(-1) ?? '') ? 'completed' : undefined;
    await batches.run({ end }, async (jobs) => {
      const { handle } = await batches.start(4, { windowSize: 2 });
      const counts = () => handle.query<BatchCounts | null>(BATCH_QUERY_COUNTS);
      await expect.poll(counts).toMatchObject({ waiting: 2 });
      mayEnd.add('0');
      jobs.dispatch();
      await expect.poll(counts).toMatchObject({ completed: 1, waiting: 1 });
      for (const name of ['1', '2', '3']) mayEnd.add(name);
      jobs.dispatch();
      expect(await handle.result()).toMatchObject({ completed: 4 });
      expect(jobs.mostOpen).toBe(2);
    });
  });

  test('waits while all work is stopped, and loses nothing', async () => {
    let refusals = 3;
    const steps = (real: BatchActivities): Partial<BatchActivities> => ({
      fillWindow: (input) => {
        refusals -= 1;
        if (refusals >= 0)
          throw new ClipScribeError('EmergencyStop', 'All work is stopped.', { retryAfterSeconds: 0.1 });
        return real.fillWindow(input);
      },
    });
    await batches.run({ steps }, async () => {
      const { handle } = await batches.start(2);
      expect(await handle.result()).toMatchObject({ completed: 2 });
    });
    expect(refusals).toBeLessThan(0);
  });

  test('is cancelled by its user: jobs end first, what is completed stays', async () => {
    const end = ({ source }: CatalogueJob): Settle | undefined =>
      source.endsWith('/0') ? 'completed' : undefined;
    await batches.run({ end }, async () => {
      const { batchId, handle } = await batches.start(6, { windowSize: 3 });
      await expect
        .poll(() => batches.repositories.batches.counts([batchId]))
        .toMatchObject([{ completed: 1, running: 3 }]);
      await batches.repositories.batches.requestCancel(batchId);
      await handle.signal(BATCH_WAKE);
      expect(await handle.result()).toMatchObject({ completed: 1, cancelled: 5 });
      expect(await batches.stateOf(batchId)).toBe('cancelled');
      const announcement = batches.environment.client.workflow.getHandle(`${batchId}-complete-1`);
      await expect(announcement.describe()).rejects.toThrow(WorkflowNotFoundError);
    });
  });

  test('is cancelled with its workflow, too', async () => {
    await batches.run({ end: () => undefined }, async () => {
      const { batchId, handle } = await batches.start(6, { windowSize: 3 });
      await expect.poll(() => batches.repositories.batches.counts([batchId])).toMatchObject([{ running: 3 }]);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(/cancel/i);
      expect(await batches.stateOf(batchId)).toBe('cancelled');
      expect(await batches.repositories.batches.openJobs(batchId)).toEqual([]);
    });
  });
});
