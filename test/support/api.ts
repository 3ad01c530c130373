import { sql } from 'drizzle-orm';
import { afterAll } from 'vitest';
import { LocalArtifactStore } from '../../src/adapters/local-store/local-artifact-store.ts';
import { createNotificationRepositories } from '../../src/adapters/postgres/create-notification-repositories.ts';
import { createRepositories, type Repositories } from '../../src/adapters/postgres/create-repositories.ts';
import { openDatabase } from '../../src/adapters/postgres/open-database.ts';
import { ServiceMetrics } from '../../src/adapters/prometheus/service-metrics.ts';
import { hashToken } from '../../src/api/accounts/token-secret.ts';
import { createApp } from '../../src/api/app.ts';
import type { AnsweredRequest } from '../../src/api/log-requests.ts';
import { BatchStarter } from '../../src/api/batches/batch-starter.ts';
import type { ApiDependencies } from '../../src/api/dependencies.ts';
import { CataloguedJobs } from '../../src/api/jobs/catalogued-jobs.ts';
import { JobDispatcher } from '../../src/api/jobs/job-dispatcher.ts';
import type { Notifications } from '../../src/ports/notifications.ts';
import { createAnnounceEnd } from '../../src/api/notifications/announce-end.ts';
import { Expectations } from '../../src/api/queue/expectations.ts';
import type { QueueProbe } from '../../src/api/queue/queue-probe.ts';
import { Turns } from '../../src/api/queue/turns.ts';
import type { NotificationClient } from '../../src/api/notifications/notification-client.ts';
import type { AnnounceEventInput } from '../../src/contracts/notifications.ts';
import { hasBatchEnded, readBatchView } from '../../src/api/batches/batch-view.ts';
import { StatusWatcher } from '../../src/api/status-watcher.ts';
import { hasJobEnded, readJobStatus } from '../../src/api/jobs/job-status.ts';
import { StopTeller } from '../../src/api/stop/stop-teller.ts';
import { jobInput } from './workflow-harness.ts';
import { MemoryBatches } from './memory-batches.ts';
import { MemoryDownloads } from './memory-downloads.ts';
import { MemoryJobs } from './memory-jobs.ts';
import { testFolder } from './test-folder.ts';

/** One real database for the tests of a file; each API of a test begins with an empty one. */
const database = await openDatabase({ folder: null });
afterAll(() => database.close());

const empty = async (): Promise<void> => {
  await database.db.execute(
    sql`truncate users, tokens, unused_uploads, jobs, batches, batch_items, usage, idempotency_keys, costs, cost_alerts, stop_events, incidents, webhook_endpoints, notification_requests, notifications, webhook_attempts, feedback, transcripts, transcript_segments, queue_history, run_times, estimates`,
  );
};

/** The administrator token of every test's installation; sent where a test sends no other one. */
export const ADMIN_TOKEN = 'administrator-token-of-the-tests';

export interface TestApi {
  /** Jobs as Temporal would hold them. */
  jobs: MemoryJobs;
  /** Jobs as the routes see them. */
  cataloguedJobs: CataloguedJobs;
  notifications: Notifications;
  /** Events that the API itself had told. */
  announced: AnnounceEventInput[];
  /** Workflows of batches as Temporal would hold them. */
  batches: MemoryBatches;
  repositories: Repositories;
  dispatcher: JobDispatcher;
  stopTeller: StopTeller;
  /** Errors that the API took for defects of ours. */
  defects: Error[];
  /** Lines of the log. */
  answered: AnsweredRequest[];
  /** A request; an object as body is sent as JSON. A header that is undefined is left out. */
  send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string | undefined>,
  ) => Promise<Response>;
}

const SECRET_KEY = '0'.repeat(64);

/** The API over a real database and jobs in memory. */
export function createTestApi(overrides: Partial<ApiDependencies> = {}): TestApi {
  const workflows = new MemoryJobs();
  const repositories = createRepositories(database.db, undefined, undefined, SECRET_KEY);
  const { catalogue, stopSwitch, costLedger } = repositories;
  const stopTeller = new StopTeller(workflows, catalogue, stopSwitch);
  const announced: AnnounceEventInput[] = [];
  const notificationClient: NotificationClient = {
    deliver: () => Promise.reject(new Error('There is no Temporal.')),
    announce: (input) => Promise.resolve(void announced.push(input)),
  };
  const { store = new LocalArtifactStore(testFolder()) } = overrides;
  const announceEnd = createAnnounceEnd(notificationClient, store);
  const dispatcher = new JobDispatcher(workflows, catalogue, { stopTeller, costLedger, announceEnd });
  const telling = createNotificationRepositories(database.db, SECRET_KEY);
  const probe: QueueProbe = {
    queues: () =>
      Promise.resolve([
        {
          ...{ queue: 'clipscribe-short', workers: ['1@host', '2@host'] },
          ...{ waitingSteps: 3, oldestWaitingSeconds: 7, slots: 12, usedSlots: 2 },
        },
      ]),
    openJobs: () => Promise.resolve(workflows.countOpen()),
    queuedJobs: () => Promise.resolve(0),
  };
  // What is expected follows what a test does at once.
  const expectations = new Expectations(repositories.estimates, probe, 0);
  const turns = new Turns(repositories.statistics, 0);
  const jobs = new CataloguedJobs(workflows, { ...repositories, turns, expectations }, announceEnd);
  const batches = new MemoryBatches();
  const metrics = new ServiceMetrics();
  const defects: Error[] = [];
  const answered: AnsweredRequest[] = [];
  const app = createApp({
    ...repositories,
    ...{ jobs, dispatcher, stopTeller },
    batchStarter: new BatchStarter(repositories.batches, batches, workflows),
    watcher: new StatusWatcher((jobId) => readJobStatus(jobs, jobId), hasJobEnded),
    batchWatcher: new StatusWatcher((id) => readBatchView(repositories.batches, id), hasBatchEnded),
    store,
    webhooks: telling.webhooks,
    hasTranslator: true,
    sendsMail: true,
    notificationClient,
    checkWebhookUrl: () => Promise.resolve(),
    ...{ probe, expectations },
    workProbe: { workers: () => Promise.resolve(null), shortRouteSeconds: () => Promise.resolve(0) },
    downloads: new MemoryDownloads(),
    limits: { maximumDurationSeconds: 3600 },
    metricsText: (numbers) => metrics.text(numbers),
    retention: { apply: () => Promise.reject(new Error('There is no Temporal.')) },
    uploads: {
      maximumBytes: 1_000_000,
      receiver: null,
      signingKey: () => Promise.resolve('a key for tests'),
      scratchFolder: testFolder(),
    },
    policy: jobInput().policy,
    costCeilings: { dayUsd: null, monthUsd: 100 },
    allowLocalFiles: false,
    clipLocations: [],
    checkDatabase: () => database.checkReachable(),
    access: { adminTokenHash: hashToken(ADMIN_TOKEN), anonymousOnLoopback: true },
    reportUnexpected: (error) => defects.push(error),
    logRequest: (request) => answered.push(request),
    ...overrides,
  });
  let emptied: Promise<unknown> | undefined;
  return {
    ...{ announced, batches, cataloguedJobs: jobs, notifications: telling.notifications },
    ...{ jobs: workflows, repositories, dispatcher, stopTeller, defects, answered },
    send: async (method, path, body, headers = {}) => {
      await (emptied ??= empty());
      const sent = {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      };
      return app.request(path, {
        method,
        headers: Object.fromEntries(
          Object.entries(sent).filter((header): header is [string, string] => header[1] !== undefined),
        ),
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
  };
}

/** Submits a job and gives its id. */
export async function submitted(
  { send }: TestApi,
  body: object = { url: 'https://example.org/talk' },
): Promise<string> {
  const answer = await send('POST', '/api/jobs', body);
  return ((await answer.json()) as { id: string }).id;
}
