import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { indexWhatIsMissing } from '../activities/index-transcript.ts';
import { createArtifactStore } from '../adapters/create-artifact-store.ts';
import { createRepositories } from '../adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../adapters/postgres/open-database.ts';
import { ServiceMetrics } from '../adapters/prometheus/service-metrics.ts';
import { ensureDailySchedule, type DailySchedule } from '../adapters/temporal/daily-schedule.ts';
import { ensureSearchAttributes } from '../adapters/temporal/search-attributes.ts';
import { takeExclusively } from '../config/exclusive.ts';
import { homeFolders } from '../config/home.ts';
import { SettingsError, type Settings } from '../config/settings.ts';
import { loadTemporalSettings } from '../config/temporal.ts';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import { type JobPolicy } from '../contracts/video-intelligence.ts';
import { APPLY_RETENTION, RETENTION_SCHEDULE_ID, type ApplyRetentionInput } from '../contracts/retention.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { HIGH_VALUE_WORDS, LONG_ROUTE_FROM_SECONDS } from '../domain/route.ts';
import { keepAdminToken } from './accounts/admin-token.ts';
import { hashToken } from './accounts/token-secret.ts';
import { createApp } from './app.ts';
import { composeNotifications } from './compose-notifications.ts';
import { keepKey } from './key-file.ts';
import { createAnnounceEnd } from './notifications/announce-end.ts';
import { createNotificationClient } from './notifications/notification-client.ts';
import { createQueueProbe } from './queue/queue-probe.ts';
import { createBatchJobs } from './batches/batch-jobs.ts';
import { BatchStarter } from './batches/batch-starter.ts';
import { createTemporalBatches } from './batches/temporal-batches.ts';
import { createRetentionClient } from './retention/retention-client.ts';
import { untilPrepared } from './retention/until-prepared.ts';
import { CataloguedJobs } from './jobs/catalogued-jobs.ts';
import { JobDispatcher } from './jobs/job-dispatcher.ts';
import { JobWatcher } from './jobs/job-watcher.ts';
import { readJobStatus } from './jobs/job-status.ts';
import { TemporalJobsClient } from './jobs/temporal-jobs-client.ts';
import { ServiceWorker } from './service-worker.ts';
import { StopTeller } from './stop/stop-teller.ts';
import { Sweeper } from './sweeper.ts';

/** How long open answers may take to finish when the server stops. */
const DRAIN_MS = 3000;

/** From the first byte of a request to its last: a large upload over a slow line. Headers have a minute. */
const REQUEST_TIMEOUT_MS = 6 * 3600 * 1000;

/** About a second of trying; then the client of the API does better to come back later. */
const TEMPORAL_ATTEMPTS = 4;

export interface ApiServer {
  /** `http://host:port`, with the true port. */
  address: string;
  /** Takes no new requests, lets open ones finish, and closes everything. */
  close(): Promise<void>;
}

/**
 * Starts the API. It starts without Temporal too: until that is reached, calls answer 503.
 *
 * @param reportNotReady told once when the schedule of retention cannot be made yet; that is tried until it can
 * @throws SettingsError for settings that do not go together, and the listening error of the port
 */
export async function startServer(
  settings: Settings,
  reportUnexpected: (error: Error) => void,
  reportNotReady: (error: unknown) => void = () => undefined,
): Promise<ApiServer> {
  if (settings.allowLocalFiles && !isLoopbackHost(settings.apiHost)) {
    throw new SettingsError(
      'CLIPSCRIBE_ALLOW_LOCAL_FILES lets clients read files of this machine; it needs a loopback CLIPSCRIBE_API_HOST.',
    );
  }
  const { connectionOptions, namespace } = loadTemporalSettings();
  const connection = Connection.lazy({
    ...connectionOptions,
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: TEMPORAL_ATTEMPTS }))],
  });
  const folders = homeFolders(settings.home);
  const { database, release } = await openOwnDatabase(settings);
  const repositories = createRepositories(database.db, undefined, settings.costCeilings);
  const { catalogue, batches, stopSwitch, searchIndex, costLedger } = repositories;
  const client = new Client({ connection, namespace });
  const prepare = (): Promise<void> =>
    ensureSearchAttributes(connection, namespace, Object.values(SEARCH_ATTRIBUTES));
  const workflows = new TemporalJobsClient(client, prepare);
  const stopTeller = new StopTeller(workflows, catalogue, stopSwitch);
  const notificationClient = createNotificationClient(client);
  const announceEnd = createAnnounceEnd(notificationClient);
  const dispatcher = new JobDispatcher(workflows, catalogue, { stopTeller, costLedger, announceEnd });
  const jobs = new CataloguedJobs(workflows, repositories, announceEnd);
  const batchStarter = new BatchStarter(batches, createTemporalBatches(client, prepare), workflows);
  const { store, receiver } = await createArtifactStore({
    folder: folders.artifacts,
    bucket: settings.storage,
  });
  const policy = jobPolicy(settings);
  const watcher = new JobWatcher((jobId) => readJobStatus(jobs, jobId));
  const { webhooks, notifications, ...telling } = await composeNotifications(settings, database);
  const metrics = new ServiceMetrics();
  const app = createApp({
    ...repositories,
    ...{ jobs, dispatcher, batchStarter, stopTeller, watcher, webhooks, notifications, reportUnexpected },
    sendsMail: settings.mail !== undefined,
    checkWebhookUrl: telling.checkUrl,
    notificationClient,
    store,
    uploads: {
      maximumBytes: settings.maximumDownloadBytes,
      receiver,
      signingKey: () => keepKey(folders.uploadKey),
      scratchFolder: folders.work,
    },
    probe: createQueueProbe(client),
    metricsText: (numbers) => metrics.text(numbers),
    retention: createRetentionClient(client, settings.retentionDays),
    policy,
    costCeilings: settings.costCeilings,
    allowLocalFiles: settings.allowLocalFiles,
    clipLocations: settings.clipLocations,
    checkDatabase: () => database.checkReachable(),
    access: {
      adminTokenHash: hashToken(settings.adminToken ?? (await keepAdminToken(folders.adminToken))),
      anonymousOnLoopback: isLoopbackHost(settings.apiHost),
    },
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS },
  }) as Server;
  try {
    await listen(server, settings.apiPort, settings.apiHost);
  } catch (error) {
    await telling.close();
    await database.close();
    release();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const address = `http://${settings.apiHost}:${port}`;
  const sweeper = new Sweeper({
    ...{ dispatcher, batchStarter, stopTeller },
    idempotency: repositories.idempotency,
    notifications,
    indexWhatIsMissing: () => indexWhatIsMissing({ store, searchIndex }),
    report: reportUnexpected,
  });
  const serviceWorker = new ServiceWorker({
    ...{ catalogue, batches, costLedger, store, searchIndex, connectionOptions, namespace },
    report: reportUnexpected,
    ...telling.steps,
    publicUrl: settings.publicUrl ?? (isLoopbackHost(settings.apiHost) ? address : null),
    jobs: createBatchJobs({
      ...{ jobs, catalogue, store, policy, allowLocalFiles: settings.allowLocalFiles },
      startSoon: () => sweeper.dispatchSoon(),
    }),
    onJobEnded: (batchId) => sweeper.jobEnded(batchId),
    metrics,
  });
  const closing = new AbortController();
  void untilPrepared(() => ensureDailySchedule(client, retentionSchedule(settings)), {
    signal: closing.signal,
    onFailure: reportNotReady,
  });
  return {
    address,
    close: async () => {
      closing.abort();
      watcher.close();
      await Promise.all([drain(server), serviceWorker.close(), sweeper.close()]);
      await telling.close();
      await connection.close();
      await database.close();
      release();
    },
  };
}

/** The name by which one process of this machine has the embedded database of a home open. */
const DATABASE_LOCK = 'database';

/** @throws SettingsError where another process has the embedded database open; ClipScribeError DatabaseUnavailable */
async function openOwnDatabase({
  databaseUrl,
  home,
}: Settings): Promise<{ database: OpenDatabase; release: () => void }> {
  if (databaseUrl !== undefined) {
    return { database: await openDatabase({ url: databaseUrl }), release: () => undefined };
  }
  const release = await takeExclusively(home, DATABASE_LOCK);
  if (release === undefined) {
    throw new SettingsError(
      'Another API process has the embedded database of this CLIPSCRIBE_HOME open; set CLIPSCRIBE_DATABASE_URL to run several.',
    );
  }
  try {
    return { database: await openDatabase({ folder: homeFolders(home).database }), release };
  } catch (error) {
    release();
    throw error;
  }
}
/** In the small hours, so that looking through the store slows nobody. */
const retentionSchedule = ({ retentionDays }: Settings): DailySchedule => {
  const input: ApplyRetentionInput = { days: retentionDays, dryRun: false };
  return {
    scheduleId: RETENTION_SCHEDULE_ID,
    hour: 3,
    minute: 17,
    workflowType: APPLY_RETENTION,
    taskQueue: TASK_QUEUES.control,
    args: [input],
  };
};

/** What the settings decide for jobs. */
const jobPolicy = (settings: Settings): JobPolicy => ({
  longRouteFromSeconds: settings.longRouteFromSeconds ?? LONG_ROUTE_FROM_SECONDS,
  defaultModel: settings.model,
  highValueModel: settings.highValueModel,
  highValueWords: [...(settings.highValueWords ?? HIGH_VALUE_WORDS)],
  concurrency: settings.concurrency,
});

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const drain = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
