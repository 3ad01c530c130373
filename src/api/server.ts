import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { indexWhatIsMissing } from '../activities/index-transcript.ts';
import { createArtifactStore } from '../adapters/create-artifact-store.ts';
import { createRepositories } from '../adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../adapters/postgres/open-database.ts';
import { ServiceMetrics } from '../adapters/prometheus/service-metrics.ts';
import type { Tracing } from '../adapters/opentelemetry/start-tracing.ts';
import { probeFairTurns } from '../adapters/temporal/fair-turns-probe.ts';
import { ensureSearchAttributes } from '../adapters/temporal/search-attributes.ts';
import { workflowBundle } from '../adapters/temporal/workflow-bundle.ts';
import { takeExclusively } from '../config/exclusive.ts';
import { homeFolders } from '../config/home.ts';
import { SettingsError, type Settings } from '../config/settings.ts';
import { loadTemporalSettings } from '../config/temporal.ts';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import { type JobPolicy } from '../contracts/video-intelligence.ts';
import { FAIR_TURNS_FIX, lackOfTurns } from '../domain/fair-turns.ts';
import { HIGH_VALUE_WORDS, LONG_ROUTE_FROM_SECONDS } from '../domain/route.ts';
import { keepAdminToken } from './accounts/admin-token.ts';
import { hashToken } from './accounts/token-secret.ts';
import { readAlertFacts } from './alerts/read-alert-facts.ts';
import { createWorkProbe } from './alerts/work-probe.ts';
import { createApp } from './app.ts';
import { LOCAL_USER_ID } from './caller.ts';
import { composeNotifications } from './compose-notifications.ts';
import { keepKey } from './key-file.ts';
import { createAnnounceEnd } from './notifications/announce-end.ts';
import { createNotificationClient } from './notifications/notification-client.ts';
import { createDownloadQueue } from './downloads/download-queue.ts';
import { tellCostWarnings } from './notifications/tell-cost-warnings.ts';
import { keepEstimates } from './queue/estimate-keeper.ts';
import { Expectations } from './queue/expectations.ts';
import { keepQueueHistory } from './queue/history-keeper.ts';
import { createQueueProbe } from './queue/queue-probe.ts';
import { Turns } from './queue/turns.ts';
import { createBatchJobs } from './batches/batch-jobs.ts';
import { BatchStarter } from './batches/batch-starter.ts';
import { createTemporalBatches } from './batches/temporal-batches.ts';
import type { AnsweredRequest } from './log-requests.ts';
import type { ReportUnexpected } from './problems.ts';
import { createRetentionClient } from './retention/retention-client.ts';
import { untilPrepared } from './retention/until-prepared.ts';
import { ensureSchedules } from './compose-schedules.ts';
import { CataloguedJobs } from './jobs/catalogued-jobs.ts';
import { JobDispatcher } from './jobs/job-dispatcher.ts';
import { StatusWatcher } from './status-watcher.ts';
import { hasBatchEnded, readBatchView } from './batches/batch-view.ts';
import { hasJobEnded, readJobStatus } from './jobs/job-status.ts';
import { TemporalJobsClient } from './jobs/temporal-jobs-client.ts';
import { ServiceWorker } from './service-worker.ts';
import { SharedStopSwitch } from './stop/shared-stop-switch.ts';
import { StopTeller } from './stop/stop-teller.ts';
import { Sweeper } from './sweeper.ts';
import { renewUploads } from './uploads/renew-uploads.ts';

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

/** What an operator is told while the API runs already. */
export interface StartReports {
  /** Told once when schedules cannot be made yet; that is tried until they can. */
  notReady: (error: unknown) => void;
  /** Told what it lacks where it gives no fair turns (S2). */
  unfairTurns: (sentence: string) => void;
  /** Told of every request, when its answer begins. */
  answered: (request: AnsweredRequest) => void;
}

/**
 * Starts the API. It starts without Temporal too: until that is reached, calls answer 503.
 *
 * @throws SettingsError for settings that do not go together, and the listening error of the port
 */
export async function startServer(
  settings: Settings,
  reportUnexpected: ReportUnexpected,
  reports?: StartReports,
  tracing?: Tracing,
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
  const secretKey = settings.secretKey ?? (await keepKey(folders.secretKey));
  const kept = createRepositories(database.db, undefined, settings.costCeilings, secretKey);
  const { catalogue, batches, searchIndex, costLedger } = kept;
  const repositories = { ...kept, stopSwitch: new SharedStopSwitch(kept.stopSwitch) };
  const client = new Client({ connection, namespace });
  const prepare = (): Promise<void> =>
    ensureSearchAttributes(connection, namespace, Object.values(SEARCH_ATTRIBUTES));
  const jobsClient = new Client({
    ...{ connection, namespace },
    interceptors: { workflow: tracing === undefined ? [] : [tracing.workflowClient] },
  });
  const workflows = new TemporalJobsClient(jobsClient, prepare);
  // What it does must be right, not only what it tells.
  const stopTeller = new StopTeller(workflows, catalogue, kept.stopSwitch);
  const notificationClient = createNotificationClient(client);
  const { store, receiver } = await createArtifactStore({
    folder: folders.artifacts,
    bucket: settings.storage,
  });
  const announceEnd = createAnnounceEnd(notificationClient, store);
  const dispatcher = new JobDispatcher(workflows, catalogue, { stopTeller, costLedger, announceEnd });
  const probe = createQueueProbe(client);
  const workProbe = createWorkProbe(client);
  const expectations = new Expectations(repositories.estimates, probe);
  const turns = new Turns(repositories.statistics);
  const jobs = new CataloguedJobs(workflows, { ...repositories, turns, expectations }, announceEnd);
  const batchStarter = new BatchStarter(batches, createTemporalBatches(client, prepare), workflows);
  const policy = jobPolicy(settings);
  const watcher = new StatusWatcher((jobId) => readJobStatus(jobs, jobId), hasJobEnded);
  const batchWatcher = new StatusWatcher((id) => readBatchView(batches, id), hasBatchEnded);
  const { webhooks, notifications, ...telling } = await composeNotifications(settings, database, secretKey);
  const metrics = new ServiceMetrics();
  const app = createApp({
    ...repositories,
    ...{
      jobs,
      dispatcher,
      batchStarter,
      stopTeller,
      watcher,
      batchWatcher,
      webhooks,
      reportUnexpected,
    },
    logRequest: reports?.answered ?? (() => undefined),
    hasTranslator: settings.languageModel !== undefined || settings.translation !== undefined,
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
    ...{ probe, workProbe, expectations },
    downloads: createDownloadQueue(client),
    limits: { maximumDurationSeconds: settings.maximumDurationSeconds },
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
    tellCostWarnings: () => tellCostWarnings(costLedger, notificationClient),
    incidents: repositories.incidents,
    indexWhatIsMissing: () => indexWhatIsMissing({ store, searchIndex }),
    renewUploads: () => renewUploads({ catalogue, store }),
    keepQueueHistory: () => keepQueueHistory({ ...repositories, probe, expectations }),
    keepEstimates: () => keepEstimates(repositories.estimates, expectations),
    estimates: repositories.estimates,
    report: reportUnexpected,
  });
  const serviceWorker = new ServiceWorker({
    ...{
      catalogue,
      batches,
      costLedger,
      store,
      estimates: repositories.estimates,
      searchIndex,
      connectionOptions,
      namespace,
    },
    stepInterceptors: tracing === undefined ? [] : [tracing.activity],
    workflows: async () => ({
      workflowBundle: await workflowBundle(Runtime.instance().logger, folders.workflowBundles, {
        traced: tracing !== undefined,
      }),
      ...(tracing === undefined ? {} : { sinks: tracing.sinks }),
    }),
    report: reportUnexpected,
    ...telling.steps,
    publicUrl: settings.publicUrl ?? (isLoopbackHost(settings.apiHost) ? address : null),
    jobs: createBatchJobs({
      ...{ jobs, catalogue, store, policy, allowLocalFiles: settings.allowLocalFiles },
      startSoon: () => sweeper.dispatchSoon(),
    }),
    incidents: repositories.incidents,
    alertFacts: () => readAlertFacts({ ...repositories, probe, workProbe, expectations }),
    ownerId: LOCAL_USER_ID,
    onJobReopened: (jobId) => stopTeller.tellStarted(jobId),
    onJobEnded: (batchId) => sweeper.jobEnded(batchId),
    metrics,
  });
  const closing = new AbortController();
  if (reports !== undefined) void tellUnfairTurns(client, reports, closing.signal);
  void untilPrepared(() => ensureSchedules(client, settings), {
    signal: closing.signal,
    onFailure: reports?.notReady ?? (() => undefined),
  });
  return {
    address,
    close: async () => {
      closing.abort();
      watcher.close();
      batchWatcher.close();
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
/** What the settings decide for jobs. */
const jobPolicy = (settings: Settings): JobPolicy => ({
  longRouteFromSeconds: settings.longRouteFromSeconds ?? LONG_ROUTE_FROM_SECONDS,
  defaultModel: settings.model,
  highValueModel: settings.highValueModel,
  highValueWords: [...(settings.highValueWords ?? HIGH_VALUE_WORDS)],
  concurrency: settings.concurrency,
});

/** Nobody waits for it: it takes some seconds. */
const tellUnfairTurns = (client: Client, { unfairTurns }: StartReports, signal: AbortSignal): Promise<void> =>
  untilPrepared(
    async () => {
      const lack = lackOfTurns(await probeFairTurns(client));
      if (lack !== null) unfairTurns(`Fair turns: ${lack}. ${FAIR_TURNS_FIX}`);
    },
    { signal, onFailure: () => undefined },
  );

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
