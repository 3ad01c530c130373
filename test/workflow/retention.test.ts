import { randomUUID } from 'node:crypto';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRecordOutcome } from '../../src/activities/record-outcome.ts';
import { createListNeeded } from '../../src/activities/list-needed.ts';
import { createRemoveExpired } from '../../src/activities/remove-expired.ts';
import { ErrorMapping } from '../../src/activities/error-mapping.ts';
import { LocalArtifactStore } from '../../src/adapters/local-store/local-artifact-store.ts';
import { createRepositories, type Repositories } from '../../src/adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../../src/adapters/postgres/open-database.ts';
import { ensureSchedule, type WorkflowSchedule } from '../../src/adapters/temporal/schedule.ts';
import { createHistoryText } from '../../src/api/retention/history-text.ts';
import { createRetentionClient } from '../../src/api/retention/retention-client.ts';
import { forgetMissingOfAll } from '../../src/api/uploads/forget-missing.ts';
import { APPLY_RETENTION, type RetentionServiceActivities } from '../../src/contracts/retention.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import type { RetentionResult } from '../../src/domain/retention.ts';
import { ClipScribeError } from '../../src/domain/errors.ts';
import { acceptJob } from '../support/accept-job.ts';
import { chunkOf, failure } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import { acquiring, withMachine } from '../support/user-machine.ts';
import { jobInput, untilProgress, withJob, workflowCode } from '../support/workflow-harness.ts';

const DAYS = 30;
const LONG_AGO = new Date(Date.now() - 31 * 24 * 3600 * 1000);
const RECENTLY = new Date(Date.now() - 29 * 24 * 3600 * 1000);

/** Stores that lose a page on the way: the connection breaks after so many have been removed. */
class BreakingStore extends LocalArtifactStore {
  removals = 0;
  breakAt = Infinity;
  override remove(keys: readonly string[]): Promise<void> {
    this.removals += 1;
    if (this.removals === this.breakAt)
      return Promise.reject(new ClipScribeError('StorageUnavailable', 'The storage does not answer.'));
    return super.remove(keys);
  }
}

let environment: TestWorkflowEnvironment;
let database: OpenDatabase;
let repositories: Repositories;
let folder: string;
let store: BreakingStore;

beforeAll(async () => {
  [environment, database] = await Promise.all([startTemporal(), openDatabase({ folder: null })]);
  repositories = createRepositories(database.db);
});
afterAll(async () => {
  await environment.teardown();
  await database.close();
});
beforeEach(() => {
  folder = testFolder();
  store = new BreakingStore(folder);
});

const stored = async (key: string, at: Date): Promise<void> => {
  await store.put(key, 'x'.repeat(10));
  utimesSync(join(folder, key), at, at);
};

const keys = async (): Promise<string[]> => {
  const found: string[] = [];
  for (const prefix of ['archive', 'audio', 'jobs', 'results', 'stages', 'uploads'])
    for await (const { key } of store.list(prefix)) found.push(key);
  return found.filter((key) => !key.startsWith('stages/retention/'));
};

/** Runs `body` while workers with the real steps serve the store and the database. */
async function withWorker<T>(body: () => Promise<T>): Promise<T> {
  const { catalogue, unusedUploads } = repositories;
  const service = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.service,
    activities: {
      listNeeded: createListNeeded({ catalogue, store, historyText: createHistoryText(environment.client) }),
      forgetMissingUploads: () => forgetMissingOfAll({ store, unusedUploads }),
    } satisfies RetentionServiceActivities,
  });
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.control,
    workflowBundle: await workflowCode(),
    activities: { removeExpired: createRemoveExpired({ store }) },
    interceptors: { activity: [() => ({ inbound: new ErrorMapping() })] },
  });
  return service.runUntil(worker.runUntil(body));
}

const applied = async (dryRun: boolean): Promise<RetentionResult> => {
  const { result } = await createRetentionClient(environment.client, DAYS).apply(dryRun);
  if (result === undefined) throw new Error('Retention takes too long.');
  return result;
};

const counts = ({ areas }: RetentionResult): Record<string, number[]> =>
  Object.fromEntries(
    areas.map(({ area, examinedObjects, expiredObjects, expiredBytes }) => [
      area,
      [examinedObjects, expiredObjects, expiredBytes],
    ]),
  );

describe('retention', () => {
  const fill = async (): Promise<void> => {
    await stored('archive/completed/u/job_1/metadata.json', LONG_AGO);
    await stored('archive/completed/u/job_2/metadata.json', RECENTLY);
    await stored('uploads/u/upload_1/media', LONG_AGO);
    await stored('uploads/u/upload_2/media', RECENTLY);
    // A job waits for its turn with it; of the other nobody has need any more.
    await stored('uploads/u/upload_3/media', LONG_AGO);
    await stored('uploads/u/upload_3/upload.json', LONG_AGO);
    await stored('uploads/u/upload_4/media', LONG_AGO);
    await stored('uploads/u/upload_4/upload.json', LONG_AGO);
    await stored('audio/aa.flac', LONG_AGO);
    await stored('stages/merge/aa.json', LONG_AGO);
    await stored('stages/merge/bb.json', RECENTLY);
    // Failed long ago; still waits for attention, since long.
    await stored('jobs/u/job_3/metadata.json', LONG_AGO);
    await stored('jobs/u/job_3/status.json', LONG_AGO);
    await stored('jobs/u/job_4/metadata.json', LONG_AGO);
    await stored('results/u/job_1/core.json', LONG_AGO);
    const source = { kind: 'upload', key: 'uploads/u/upload_3/media' };
    await repositories.catalogue.accept([acceptJob({ tier: null, start: { input: { source } } })]);
  };
  const expected = {
    'archive/completed': [2, 1, 10],
    uploads: [6, 3, 30],
    audio: [1, 1, 10],
    // One more: what is needed.
    stages: [3, 1, 10],
    jobs: [3, 2, 20],
  };

  it('removes what is old, keeps results and what open jobs need, and counts', async () => {
    await fill();
    expect(counts(await withWorker(() => applied(false)))).toEqual(expected);
    expect(await keys()).toEqual([
      'archive/completed/u/job_2/metadata.json',
      'jobs/u/job_4/metadata.json',
      'results/u/job_1/core.json',
      'stages/merge/bb.json',
      'uploads/u/upload_2/media',
      'uploads/u/upload_3/media',
      'uploads/u/upload_3/upload.json',
    ]);
  });

  it('removes nothing in a dry run, and counts the same', async () => {
    await fill();
    const before = await keys();
    expect(counts(await withWorker(() => applied(true)))).toEqual(expected);
    expect(await keys()).toEqual(before);
  });

  it('keeps what a job has brought about that waits since long, and lets it go when that has ended', async () => {
    const jobId = 'job_that_waits';
    const { catalogue, unusedUploads } = repositories;
    const accepted = acceptJob({ id: jobId, userId: 'ada', tier: null });
    await catalogue.accept([accepted]);
    await catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 });
    await catalogue.confirmStarted(jobId);
    const { script } = acquiring({ isKnown: false });
    script.overrides = { ...script.overrides, transcribeChunk: () => Promise.reject(failure('OutOfMemory')) };
    await withMachine(environment, script, { jobId, settings: { download: 'worker' } }, async (job) => {
      await untilProgress(job, ({ state }) => state === 'needs_attention');
    });
    // The sound that a machine of the user's brought, and a chunk of it.
    const needed = ['audio/0.flac', 'uploads/ada/upload_1/media', 'uploads/ada/upload_1/upload.json'];
    for (const key of [...needed, 'audio/1.flac', 'uploads/ada/upload_2/media']) await stored(key, LONG_AGO);
    const announced = { userId: 'ada', bytes: 10 };
    const longAgo = createRepositories(database.db, () => LONG_AGO).unusedUploads;
    await longAgo.add({ key: 'uploads/ada/upload_2/media', ...announced }, Infinity);
    await withWorker(() => applied(false));
    expect(await keys()).toEqual(needed);
    expect(await unusedUploads.heldBytes('ada')).toBe(0);
    await environment.client.workflow.getHandle(jobId).terminate();
    const end = { state: 'failed', title: null, durationSeconds: null, error: null } as const;
    await catalogue.settle({ id: jobId, operationId: accepted.operationId, ...end });
    await withWorker(() => applied(false));
    expect(await keys()).toEqual([]);
  });

  it('goes on behind the last page when the storage breaks, and counts every object once', async () => {
    const old = Array.from({ length: 1_200 }, (_, index) => `audio/${String(index).padStart(5, '0')}.flac`);
    for (const key of old) await stored(key, LONG_AGO);
    // The area before this one has nothing to remove, and so no page.
    store.breakAt = 2;
    const result = await withWorker(async () => {
      const handle = await environment.client.workflow.start(APPLY_RETENTION, {
        workflowId: `retention-${randomUUID()}`,
        taskQueue: TASK_QUEUES.control,
        args: [{ days: DAYS, dryRun: false }],
      });
      return (await handle.result()) as RetentionResult;
    });
    expect(counts(result)['audio']).toEqual([1_200, 1_200, 12_000]);
    // Three pages, one of them twice, and the page that has the list of what is needed.
    expect(store.removals).toBe(5);
    expect(await keys()).toEqual([]);
  });
});

describe('the schedule of retention', () => {
  const schedule = (days: number): WorkflowSchedule => ({
    scheduleId: 'test-retention',
    at: { hour: 3, minute: 17 },
    catchupSeconds: 3600,
    overlap: 'SKIP',
    workflowType: APPLY_RETENTION,
    taskQueue: TASK_QUEUES.control,
    args: [{ days, dryRun: false }],
  });

  it('is made once, follows the settings, and stays paused when somebody paused it', async () => {
    const { client } = environment;
    await Promise.all([1, 2, 3].map(() => ensureSchedule(client, schedule(30))));
    const handle = client.schedule.getHandle('test-retention');
    await handle.pause('for an audit');
    // The server takes a change in a moment after it has accepted it.
    await until(async () => (await handle.describe()).state.paused);
    await ensureSchedule(client, schedule(7));
    const { state, spec } = await until(async () => {
      const now = await handle.describe();
      return JSON.stringify(now.action.args) === '[{"days":7,"dryRun":false}]' && now;
    });
    expect(state).toMatchObject({ paused: true, note: 'for an audit' });
    expect(spec.calendars).toMatchObject([{ hour: [{ start: 3 }], minute: [{ start: 17 }] }]);
    await handle.delete();
  });
});

describe('the end of a job', () => {
  const run = async (overrides: object, source?: { kind: 'upload'; key: string; fileName: string }) => {
    const input = jobInput(source === undefined ? {} : { source });
    const folderOfJob = `jobs/${input.userId}/${input.jobId}`;
    await store.put(`${folderOfJob}/metadata.json`, '{"title":"A talk"}');
    const script = {
      statedDurationSeconds: 200,
      chunks: [chunkOf(0, 200)],
      overrides: { recordOutcome: createRecordOutcome({ store }), ...overrides },
    };
    await withJob(environment, script, ({ handle }) => handle.result().catch(() => undefined), input);
    return input;
  };
  const statusIn = async (key: string): Promise<unknown> => {
    const found = await store.find(key);
    return found && JSON.parse(Buffer.from(await store.read(found)).toString());
  };

  it('moves the files of a completed job to the archive, with how it ended, and removes its upload', async () => {
    const upload = 'uploads/local/upload_1';
    await store.put(`${upload}/media`, 'a talk');
    await store.put(`${upload}/upload.json`, '{}');
    const { jobId } = await run({}, { kind: 'upload', key: `${upload}/media`, fileName: 'talk.mp4' });
    expect(await keys()).toEqual([
      `archive/completed/local/${jobId}/metadata.json`,
      `archive/completed/local/${jobId}/status.json`,
    ]);
    expect(await statusIn(`archive/completed/local/${jobId}/status.json`)).toMatchObject({
      jobId,
      status: 'completed',
      title: 'A scripted talk',
      error: null,
    });
  });

  it('leaves the files of a job that failed where they are, and says why beside them', async () => {
    const { jobId } = await run({ fetchMetadata: () => Promise.reject(failure('VideoUnavailable')) });
    expect(await statusIn(`jobs/local/${jobId}/status.json`)).toMatchObject({
      status: 'failed',
      error: { code: 'VideoUnavailable' },
    });
    expect(await keys()).toContain(`jobs/local/${jobId}/metadata.json`);
  });
});
