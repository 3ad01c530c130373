import { sql } from 'drizzle-orm';
import { afterAll } from 'vitest';
import { createNotificationRepositories } from '../../src/adapters/postgres/create-notification-repositories.ts';
import { createRepositories, type Repositories } from '../../src/adapters/postgres/create-repositories.ts';
import { openDatabase } from '../../src/adapters/postgres/open-database.ts';
import { ServiceMetrics } from '../../src/adapters/prometheus/service-metrics.ts';
import { hashToken } from '../../src/api/accounts/token-secret.ts';
import { createApp } from '../../src/api/app.ts';
import { BatchStarter } from '../../src/api/batches/batch-starter.ts';
import type { ApiDependencies } from '../../src/api/dependencies.ts';
import { CataloguedJobs } from '../../src/api/jobs/catalogued-jobs.ts';
import { JobDispatcher } from '../../src/api/jobs/job-dispatcher.ts';
import type { Notifications } from '../../src/ports/notifications.ts';
import { createAnnounceEnd } from '../../src/api/notifications/announce-end.ts';
import type { NotificationClient } from '../../src/api/notifications/notification-client.ts';
import type { AnnounceEventInput } from '../../src/contracts/notifications.ts';
import { JobWatcher } from '../../src/api/jobs/job-watcher.ts';
import { readJobStatus } from '../../src/api/jobs/job-status.ts';
import { StopTeller } from '../../src/api/stop/stop-teller.ts';
import { jobInput } from './workflow-harness.ts';
import { MemoryBatches } from './memory-batches.ts';
import { MemoryJobs } from './memory-jobs.ts';
import { testFolder } from './test-folder.ts';

/** One real database for the tests of a file; each API of a test begins with an empty one. */
const database = await openDatabase({ folder: null });
afterAll(() => database.close());

const empty = async (): Promise<void> => {
  await database.db.execute(
    sql`truncate users, tokens, jobs, batches, batch_items, usage, idempotency_keys, costs, cost_alerts, stop_events, webhook_endpoints, notification_requests, notifications, webhook_attempts, feedback, transcripts, transcript_segments`,
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
  /** A request; an object as body is sent as JSON. A header that is undefined is left out. */
  send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string | undefined>,
  ) => Promise<Response>;
}

/** The API over a real database and jobs in memory. */
export function createTestApi(overrides: Partial<ApiDependencies> = {}): TestApi {
  const workflows = new MemoryJobs();
  const repositories = createRepositories(database.db);
  const { catalogue, stopSwitch, costLedger } = repositories;
  const stopTeller = new StopTeller(workflows, catalogue, stopSwitch);
  const announced: AnnounceEventInput[] = [];
  const notificationClient: NotificationClient = {
    deliver: () => Promise.reject(new Error('There is no Temporal.')),
    announce: (input) => Promise.resolve(void announced.push(input)),
  };
  const announceEnd = createAnnounceEnd(notificationClient);
  const dispatcher = new JobDispatcher(workflows, catalogue, { stopTeller, costLedger, announceEnd });
  const telling = createNotificationRepositories(database.db, '0'.repeat(64));
  const jobs = new CataloguedJobs(workflows, repositories, announceEnd);
  const batches = new MemoryBatches();
  const metrics = new ServiceMetrics();
  const defects: Error[] = [];
  const app = createApp({
    ...repositories,
    ...{ jobs, dispatcher, stopTeller },
    batchStarter: new BatchStarter(repositories.batches, batches, workflows),
    watcher: new JobWatcher((jobId) => readJobStatus(jobs, jobId)),
    store: undefined as never,
    ...telling,
    sendsMail: true,
    notificationClient,
    checkWebhookUrl: () => Promise.resolve(),
    probe: {
      queues: () =>
        Promise.resolve([{ queue: 'clipscribe', workers: ['1@host', '2@host'], waitingSteps: 3 }]),
      openJobs: () => Promise.resolve(workflows.countOpen()),
    },
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
    ...overrides,
  });
  let emptied: Promise<unknown> | undefined;
  return {
    ...{ announced, batches, cataloguedJobs: jobs, notifications: telling.notifications },
    ...{ jobs: workflows, repositories, dispatcher, stopTeller, defects },
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
