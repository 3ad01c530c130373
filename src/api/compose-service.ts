import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { createArtifactStore } from '../adapters/create-artifact-store.ts';
import type { Tracing } from '../adapters/opentelemetry/start-tracing.ts';
import { createRepositories } from '../adapters/postgres/create-repositories.ts';
import { ServiceMetrics } from '../adapters/prometheus/service-metrics.ts';
import { ensureSearchAttributes } from '../adapters/temporal/search-attributes.ts';
import { homeFolders } from '../config/home.ts';
import type { Settings } from '../config/settings.ts';
import { loadTemporalSettings } from '../config/temporal.ts';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import type { JobPolicy } from '../contracts/video-intelligence.ts';
import { HIGH_VALUE_WORDS, LONG_ROUTE_FROM_SECONDS } from '../domain/route.ts';
import { createWorkProbe } from './alerts/work-probe.ts';
import { BatchStarter } from './batches/batch-starter.ts';
import { hasBatchEnded, readBatchView } from './batches/batch-view.ts';
import { createTemporalBatches } from './batches/temporal-batches.ts';
import { composeNotifications } from './compose-notifications.ts';
import { CataloguedJobs } from './jobs/catalogued-jobs.ts';
import { JobDispatcher } from './jobs/job-dispatcher.ts';
import { hasJobEnded, readJobStatus } from './jobs/job-status.ts';
import { TemporalJobsClient } from './jobs/temporal-jobs-client.ts';
import { keepKey } from './key-file.ts';
import { createAnnounceEnd } from './notifications/announce-end.ts';
import { createNotificationClient } from './notifications/notification-client.ts';
import { composeDatabase } from './compose-database.ts';
import { Expectations } from './queue/expectations.ts';
import { createQueueProbe } from './queue/queue-probe.ts';
import { Turns } from './queue/turns.ts';
import { StatusWatcher } from './status-watcher.ts';
import { SharedStopSwitch } from './stop/shared-stop-switch.ts';
import { StopTeller } from './stop/stop-teller.ts';

/** About a second of trying; then the client of the API does better to come back later. */
const TEMPORAL_ATTEMPTS = 4;

/** What the routes, the background work and the steps of the service share. */
export type Service = Awaited<ReturnType<typeof composeService>>;

/**
 * Builds it from the settings. Temporal and the storage are not asked yet, so that one that is away keeps no API from
 * starting.
 *
 * @throws SettingsError where another process has the embedded database open; ClipScribeError DatabaseUnavailable
 */
export async function composeService(settings: Settings, tracing: Tracing | undefined) {
  const folders = homeFolders(settings.home);
  const { database, release } = await composeDatabase(settings);
  const secretKey = settings.secretKey ?? (await keepKey(folders.secretKey));
  const kept = createRepositories(database.db, undefined, settings.costCeilings, secretKey);
  const repositories = { ...kept, stopSwitch: new SharedStopSwitch(kept.stopSwitch) };
  const { catalogue, batches, costLedger, estimates } = repositories;
  const { store, receiver } = await createArtifactStore({
    folder: folders.artifacts,
    bucket: settings.storage,
  });
  const telling = await composeNotifications(settings, database, secretKey);

  const temporal = connectTemporal(tracing);
  const notificationClient = createNotificationClient(temporal.client);
  const announceEnd = createAnnounceEnd(notificationClient, store);
  const workflows = new TemporalJobsClient(temporal.jobsClient, temporal.prepare);
  // What it does must be right, not only what it tells.
  const stopTeller = new StopTeller(workflows, catalogue, kept.stopSwitch);
  const dispatcher = new JobDispatcher(workflows, catalogue, { stopTeller, costLedger, announceEnd });
  const probe = createQueueProbe(temporal.client);
  const expectations = new Expectations(estimates, probe);
  const turns = new Turns(repositories.statistics);
  const jobs = new CataloguedJobs(workflows, { ...repositories, turns, expectations }, announceEnd);

  return {
    ...repositories,
    ...{ folders, store, receiver, temporal, telling, notificationClient },
    ...{ jobs, dispatcher, stopTeller, probe, expectations },
    policy: jobPolicy(settings),
    batchStarter: new BatchStarter(
      batches,
      createTemporalBatches(temporal.client, temporal.prepare),
      workflows,
    ),
    watcher: new StatusWatcher((jobId) => readJobStatus(jobs, jobId), hasJobEnded),
    batchWatcher: new StatusWatcher((id) => readBatchView(batches, id), hasBatchEnded),
    workProbe: createWorkProbe(temporal.client),
    metrics: new ServiceMetrics(),
    checkDatabase: () => database.checkReachable(),
    close: async (): Promise<void> => {
      await telling.close();
      await temporal.connection.close();
      await database.close();
      release();
    },
  };
}

function connectTemporal(tracing: Tracing | undefined) {
  const { connectionOptions, namespace } = loadTemporalSettings();
  const connection = Connection.lazy({
    ...connectionOptions,
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: TEMPORAL_ATTEMPTS }))],
  });
  return {
    ...{ connectionOptions, namespace, connection },
    client: new Client({ connection, namespace }),
    /** Starts jobs in the trace that they are asked for in. */
    jobsClient: new Client({
      ...{ connection, namespace },
      interceptors: { workflow: tracing === undefined ? [] : [tracing.workflowClient] },
    }),
    /** Resolves when workflows may be started. */
    prepare: (): Promise<void> =>
      ensureSearchAttributes(connection, namespace, Object.values(SEARCH_ATTRIBUTES)),
  };
}

/** What the settings decide for jobs. */
const jobPolicy = (settings: Settings): JobPolicy => ({
  longRouteFromSeconds: settings.longRouteFromSeconds ?? LONG_ROUTE_FROM_SECONDS,
  defaultModel: settings.model,
  highValueModel: settings.highValueModel,
  highValueWords: [...(settings.highValueWords ?? HIGH_VALUE_WORDS)],
  concurrency: settings.concurrency,
});
