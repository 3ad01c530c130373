import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import type { NotificationActivities } from '../../src/contracts/notifications.ts';
import type { ServiceActivities } from '../../src/contracts/service-activities.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import {
  BATCH_WAKE,
  VIDEO_BATCH,
  type BatchActivities,
  type VideoBatchInput,
} from '../../src/contracts/video-batch.ts';
import { SIGNALS, type VideoJobInput } from '../../src/contracts/video-intelligence.ts';
import { chunkOf, failure, untilCancelled, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { tools } from '../support/tools.ts';
import { acquiring, withMachine } from '../support/user-machine.ts';
import {
  jobInput,
  untilProgress,
  withJob,
  workflowCode,
  type RunningJob,
} from '../support/workflow-harness.ts';
import { runAlertsToRecord } from './recorded-alerts.ts';
import { runProposalToRecord } from './recorded-proposal.ts';
import { runReelToRecord } from './recorded-reel.ts';
import { runRetentionToRecord } from './recorded-retention.ts';

/**
 * Records one history per path through the workflow: `npm run record-histories -- VERSION`. Run it when a
 * release changes what the workflow does; histories of earlier versions stay, so that running jobs survive an
 * upgrade.
 */
const version = process.argv[2];
if (version === undefined)
  throw new Error('Say which version the histories are of: npm run record-histories -- 0.1.0');

const chunks = (count: number, seconds = 200) =>
  Array.from({ length: count }, (_, index) => chunkOf(index, seconds));
const finished = (job: RunningJob): Promise<unknown> => job.handle.result().catch(() => undefined);

interface Path {
  name: string;
  script: Script;
  drive?: (job: RunningJob) => Promise<unknown>;
  /** Where it is not that of any job. */
  input?: Partial<VideoJobInput>;
}

const failOnce = (): (() => Promise<never>) => () => Promise.reject(failure('ModelUnknown'));

const PATHS: Path[] = [
  { name: 'completed', script: { statedDurationSeconds: 600, chunks: chunks(3) } },
  { name: 'long-route', script: { statedDurationSeconds: 6000, chunks: chunks(20, 300) } },
  { name: 're-routed', script: { statedDurationSeconds: null, chunks: chunks(12, 300) } },
  {
    name: 'translated',
    script: { statedDurationSeconds: 600, chunks: chunks(3) },
    input: { settings: { translateTo: ['de', 'ja'], concurrency: 2 } },
  },
  { name: 'no-speech', script: { statedDurationSeconds: 200, chunks: [chunkOf(0, 200, 0)] } },
  {
    name: 'metadata-unreadable',
    script: {
      statedDurationSeconds: null,
      chunks: chunks(1),
      overrides: { fetchMetadata: () => Promise.reject(failure('BotCheck')) },
    },
  },
  {
    name: 'refused-input',
    script: {
      statedDurationSeconds: null,
      chunks: [],
      overrides: { fetchMetadata: () => Promise.reject(failure('VideoUnavailable')) },
    },
  },
  {
    name: 'attention-skipped',
    script: { statedDurationSeconds: 600, chunks: chunks(3), overrides: { extractEntities: failOnce() } },
    drive: async (job) => {
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.signal(SIGNALS.skip);
    },
  },
  {
    name: 'attention-cancelled',
    script: { statedDurationSeconds: 600, chunks: chunks(3), overrides: { transcribeChunk: failOnce() } },
    drive: async (job) => {
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.signal(SIGNALS.retry, { model: 'tiny' });
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.cancel();
    },
  },
  {
    name: 'amended',
    script: { statedDurationSeconds: 600, chunks: chunks(3) },
    input: { amend: true },
  },
  {
    name: 'amended-while-written',
    script: { statedDurationSeconds: 600, chunks: chunks(3), overrides: { writeReport: failOnce() } },
    drive: async (job) => {
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.signal(SIGNALS.amend);
      await job.handle.signal(SIGNALS.skip);
      await untilProgress(job, (progress) => progress.state === 'running');
      await untilProgress(job, (progress) => progress.state === 'needs_attention');
      await job.handle.signal(SIGNALS.skip);
    },
  },
  {
    name: 'paused-then-cancelled',
    script: { statedDurationSeconds: 600, chunks: chunks(3), overrides: { transcribeChunk: untilCancelled } },
    drive: async (job) => {
      await untilProgress(job, (progress) => progress.stage === 'transcribe');
      await job.handle.signal(SIGNALS.pause);
      await job.handle.signal(SIGNALS.resume);
      await job.handle.cancel();
    },
  },
];

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * As the Temporal CLI and its UI export it: what a user would download to replay a job of theirs. Stack traces
 * in it lose the place of this checkout, which is nobody's business.
 */
const historyOf = (workflowId: string): string =>
  execFileSync(
    tools.temporal ?? 'temporal',
    [
      ...['workflow', 'show', '--workflow-id', workflowId],
      ...['--address', environment.address, '--output', 'json'],
    ],
    { encoding: 'utf8' },
  ).replaceAll(CHECKOUT, '');

const environment = await startTemporal();
const folder = new URL(`histories/${version}/`, import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { name, script, drive, input } of PATHS) {
  await withJob(
    environment,
    script,
    async (job) => {
      await drive?.(job);
      await finished(job);
      writeFileSync(new URL(`${name}.json`, folder), historyOf(job.handle.workflowId));
    },
    jobInput({ jobId: `job_${name}`, ...input }),
  );
}
await withMachine(
  environment,
  acquiring({ isKnown: false }).script,
  { jobId: 'job_downloaded-by-user', settings: { download: 'worker' } },
  async ({ handle }) => {
    await handle.result();
    writeFileSync(new URL('downloaded-by-user.json', folder), historyOf(handle.workflowId));
  },
);
writeFileSync(
  new URL('retention-but-needed.json', folder),
  historyOf(await runRetentionToRecord(environment)),
);
writeFileSync(new URL('alerts.json', folder), historyOf(await runAlertsToRecord(environment)));
for (const [name, model] of [['proposal'], ['proposal-by-model', 'fake-model']] as const) {
  const proposalId = await runProposalToRecord(environment, model);
  writeFileSync(new URL(`${name}.json`, folder), historyOf(proposalId));
}
const batchId = 'batch_completed';
const noVideos = { queued: 0, running: 0, needsAttention: 0, failed: 0, cancelled: 0, duplicate: 0 };
const batchWorkers = await Promise.all([
  Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.control,
    workflowBundle: await workflowCode(),
  }),
  Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.service,
    workflowBundle: await workflowCode(),
    activities: scriptedBatch(),
  }),
]);
const batchesRun = batchWorkers.map((worker) => worker.run());
await environment.client.workflow.execute(VIDEO_BATCH, {
  workflowId: batchId,
  taskQueue: TASK_QUEUES.control,
  args: [{ batchId, userId: 'local', windowSize: 1, looksPerRun: 250 } satisfies VideoBatchInput],
});
batchWorkers.forEach((worker) => worker.shutdown());
await Promise.all(batchesRun);
writeFileSync(new URL('batch.json', folder), historyOf(batchId));
await recordAnnouncedJob();
writeFileSync(new URL('reel.json', folder), historyOf(await runReelToRecord(environment)));
await environment.teardown();

/** Two videos, one after the other; each look wakes the workflow for the next one. */
function scriptedBatch(): BatchActivities & Pick<NotificationActivities, 'planNotifications'> {
  let looks = 0;
  return {
    fillWindow: async () => {
      looks += 1;
      const completed = Math.min(2, looks - 1);
      if (looks <= 2) await environment.client.workflow.getHandle(batchId).signal(BATCH_WAKE);
      const running = looks <= 2 ? 1 : 0;
      const counts = { ...noVideos, total: 2, completed, running, waiting: 2 - completed - running };
      return { state: 'running', counts, playlistUrl: null };
    },
    addVideos: () => Promise.resolve(),
    failBatch: () => Promise.reject(new Error('This batch has no playlist.')),
    cancelBatch: () => Promise.resolve(),
    endBatch: () =>
      Promise.resolve({
        announcement: {
          ...{ eventId: `${batchId}-complete-1`, userId: 'local' },
          event: {
            ...{ type: 'batch.complete', timestamp: '2026-11-25T00:00:00.000Z' },
            data: {
              ...{ id: batchId, title: null, resultsUrl: null, durationSeconds: 2, costUsd: 0 },
              ...{ videoCount: 2, error: null },
            },
          },
        },
      }),
    planNotifications: () => Promise.resolve({ notifications: [] }),
  };
}

/** A job that works for an account, what it announces, and the delivery of that. */
async function recordAnnouncedJob(): Promise<void> {
  const [jobId, deliveryId] = ['job_announced', 'ntf_announced'];
  const connection = environment.nativeConnection;
  const service: ServiceActivities & Pick<NotificationActivities, 'planNotifications'> = {
    settleJob: () => Promise.resolve(),
    reopenJob: () => Promise.resolve(true),
    indexTranscript: () => Promise.resolve(),
    reportCosts: () => Promise.resolve({ leftUsd: null, reached: null, near: [] }),
    planNotifications: ({ event }) =>
      Promise.resolve({
        notifications:
          // What the batch before announced may be planned only now.
          event.type === 'job.complete'
            ? [
                { id: deliveryId, kind: 'webhook' },
                { id: 'ntf_mail', kind: 'mail' },
              ]
            : [],
      }),
  };
  const sending: Pick<NotificationActivities, 'attemptWebhook' | 'sendMail'> = {
    attemptWebhook: ({ attempt }) =>
      Promise.resolve({ outcome: attempt === 1 ? 'failed' : 'delivered', retryAfterSeconds: null }),
    sendMail: () => Promise.resolve(),
  };
  const workers = await Promise.all([
    Worker.create({
      ...{ connection, taskQueue: TASK_QUEUES.service, activities: service },
      workflowBundle: await workflowCode(),
    }),
    Worker.create({ connection, taskQueue: TASK_QUEUES.notify, activities: sending }),
  ]);
  const running = workers.map((worker) => worker.run());
  const account = { accountId: 'local', operationId: 'op', longestVideoSeconds: null, weight: 1 };
  const announcementId = `${jobId}-job.complete-op-2`;
  await withJob(
    environment,
    { statedDurationSeconds: 600, chunks: chunks(3) },
    async (job) => {
      await finished(job);
      const { workflow } = environment.client;
      for (const id of [announcementId, deliveryId]) await workflow.getHandle(id).result();
    },
    jobInput({ jobId, account }),
  );
  workers.forEach((worker) => worker.shutdown());
  await Promise.all(running);
  for (const [name, id] of [
    ['announced', jobId],
    ['announcement', announcementId],
    ['delivery', deliveryId],
  ] as const)
    writeFileSync(new URL(`${name}.json`, folder), historyOf(id));
}
