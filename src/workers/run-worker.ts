import { Client } from '@temporalio/client';
import {
  NativeConnection,
  type NativeConnectionOptions,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import type { Logger } from 'pino';
import { createControlActivities, createMediaActivities } from '../activities/index.ts';
import { ErrorMapping } from '../activities/error-mapping.ts';
import { StepObserver } from '../activities/step-observer.ts';
import { sdkMetricsOnLoopback } from '../adapters/prometheus/sdk-metrics.ts';
import { hasMemoryLimit, readMemoryShare } from '../adapters/prometheus/memory-use.ts';
import { WorkerMetrics } from '../adapters/prometheus/worker-metrics.ts';
import { homeFolders } from '../config/home.ts';
import type { Settings } from '../config/settings.ts';
import { loadTemporalSettings } from '../config/temporal.ts';
import { isTracingOn } from '../config/tracing.ts';
import {
  MEDIA_SLOTS,
  routeQueue,
  TASK_QUEUES,
  WORKER_ROLES,
  type WorkerRole,
} from '../contracts/task-queues.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { composeDependencies } from './compose-dependencies.ts';
import { startHealthServer } from './health-server.ts';
import { reportMemory } from './report-memory.ts';
import { stateByTemporal, sweepScratch } from './scratch-sweeper.ts';
import { logUser } from '../adapters/temporal/log-user.ts';
import { temporalLogger } from '../adapters/temporal/temporal-logger.ts';
import { workflowBundle } from '../adapters/temporal/workflow-bundle.ts';

/**
 * Bounds of a shutdown: an attempt that cannot finish in the grace time is cancelled, so that it can flush its
 * checkpoint; after the force time the process ends whatever hangs. Cloud Run kills 10 s after SIGTERM.
 */
const SHUTDOWN = { shutdownGraceTime: '3s', shutdownForceTime: '8s' } as const;

/**
 * Heartbeats are sent at most this far apart: cancellation reaches an activity with the answer to one, and a
 * killed worker loses at most this much of a checkpoint.
 */
const MAXIMUM_HEARTBEAT_THROTTLE = '800ms';

/** Runs a worker of one role until SIGTERM or SIGINT; resolves when it has drained and everything is closed. */
export async function runWorker(role: WorkerRole, settings: Settings, logger: Logger): Promise<void> {
  const sdkLogger = temporalLogger(logger);
  const sdkMetrics = await sdkMetricsOnLoopback((telemetryOptions) =>
    Runtime.install({ logger: sdkLogger, workerHeartbeatInterval: '10s', telemetryOptions }),
  );
  // Loaded only where it is wanted.
  const tracing = isTracingOn()
    ? (await import('../adapters/opentelemetry/start-tracing.ts')).startTracing('clipscribe-worker', logger)
    : undefined;
  const metrics = new WorkerMetrics(role);
  const workers: Worker[] = [];
  const isHealthy = (): boolean =>
    workers.length > 0 && workers.every((worker) => worker.getState() === 'RUNNING');
  const health = await startHealthServer(settings.healthPort, {
    service: `clipscribe-worker-${role}`,
    isHealthy,
    metrics: async () => (await metrics.registry.metrics()) + (await sdkMetrics.read()),
  });
  const { connectionOptions, namespace } = loadTemporalSettings();
  const connection = await connect(connectionOptions);
  const dependencies = await composeDependencies(settings, logger);
  const client = new Client({ connection, namespace });
  const stopSweeping = sweepScratch(dependencies.scratch, { stateOf: stateByTemporal(client), logger });
  let stopReporting = (): void => undefined;
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace,
    ...SHUTDOWN,
    maxHeartbeatThrottleInterval: MAXIMUM_HEARTBEAT_THROTTLE,
    interceptors: {
      activity: [
        ...(tracing === undefined ? [] : [tracing.activity]),
        logUser,
        () => ({ inbound: new StepObserver(metrics) }),
        () => ({ inbound: new ErrorMapping() }),
      ],
    },
  };
  try {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.control,
        workflowBundle: await workflowBundle(sdkLogger, homeFolders(settings.home).workflowBundles, {
          traced: tracing !== undefined,
        }),
        ...(tracing === undefined ? {} : { sinks: tracing.sinks }),
        activities: createControlActivities(dependencies),
      }),
    );
    for (const route of WORKER_ROLES[role]) {
      workers.push(
        await Worker.create({
          ...common,
          taskQueue: routeQueue(route),
          activities: createMediaActivities(dependencies),
          maxConcurrentActivityTaskExecutions: MEDIA_SLOTS,
        }),
      );
    }
    const identity = workers[0]?.options.identity;
    if (identity !== undefined && hasMemoryLimit())
      stopReporting = reportMemory(client, { identity, memoryShare: readMemoryShare, logger });
    logger.info(
      { healthPort: health.port, queues: workers.map((worker) => worker.options.taskQueue) },
      'The worker runs',
    );
    await Promise.all(workers.map((worker) => worker.run()));
    health.server.close();
  } finally {
    stopReporting();
    stopSweeping();
    await dependencies.close();
    await connection.close();
    await tracing?.shutdown();
  }
}

/** @throws ClipScribeError `ServiceUnavailable` */
async function connect(options: NativeConnectionOptions): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(options);
  } catch (cause) {
    const message = `Temporal does not answer at ${options.address}.`;
    throw new ClipScribeError('ServiceUnavailable', message, { cause });
  }
}
