import { setTimeout as sleep } from 'node:timers/promises';
import {
  NativeConnection,
  Worker,
  type ActivityInterceptorsFactory,
  type NativeConnectionOptions,
  type WorkerOptions,
} from '@temporalio/worker';
import { createAlertActivities, type AlertDependencies } from '../activities/alert-activities.ts';
import { ErrorMapping } from '../activities/error-mapping.ts';
import {
  createNotificationActivities,
  type NotificationDependencies,
} from '../activities/notification-activities.ts';
import { createServiceActivities, type ServiceDependencies } from '../activities/service-activities.ts';
import { logUser } from '../adapters/temporal/log-user.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';

/** How long Temporal is left alone before it is asked again. */
const RETRY_MS = 2000;
/** Steps of the service are a statement or two. */
const SHUTDOWN = { shutdownGraceTime: '1s', shutdownForceTime: '4s' } as const;
const SLOTS = 20;
/** They are short but for their waits; one that is not cached is replayed. */
const CACHED_WORKFLOWS = 50;
/** Calls that wait for other people's servers, most of the time. */
const NOTIFY_SLOTS = 100;

export interface ServiceWorkerOptions
  extends ServiceDependencies, NotificationDependencies, AlertDependencies {
  connectionOptions: NativeConnectionOptions;
  namespace: string;
  /** Around all others. */
  stepInterceptors: readonly ActivityInterceptorsFactory[];
  /** The code of the workflows that need no worker, with what it reports to. Asked for once Temporal answers. */
  workflows: () => Promise<Pick<WorkerOptions, 'workflowBundle' | 'sinks'>>;
  /** For what is not just Temporal being away. */
  report: (error: Error) => void;
}

/**
 * The workers of the steps that need the database, inside the API's process: it alone has the database open; and of
 * the workflows that look for alerts and tell people, by these steps alone. They
 * start when Temporal can be reached, and again when they lose it for good.
 */
export class ServiceWorker {
  readonly #options: ServiceWorkerOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: ServiceWorkerOptions) {
    this.#options = options;
    this.#running = this.#keepRunning();
  }

  /** Hands over what runs, and ends. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const connection = await this.#connect();
      if (connection !== undefined) {
        try {
          await this.#run(connection);
        } catch (error) {
          this.#options.report(error as Error);
        } finally {
          await connection.close().catch(() => undefined);
        }
      }
      if (!signal.aborted) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns undefined while Temporal cannot be reached, which `/ready` tells */
  async #connect(): Promise<NativeConnection | undefined> {
    return NativeConnection.connect(this.#options.connectionOptions).catch(() => undefined);
  }

  async #run(connection: NativeConnection): Promise<void> {
    const { namespace, stepInterceptors, workflows, ...dependencies } = this.#options;
    const { planNotifications, ...sending } = createNotificationActivities(dependencies);
    const common = {
      ...{ connection, namespace, ...SHUTDOWN },
      // What these steps settle must not be given up because the database was away for a while.
      interceptors: {
        activity: [...stepInterceptors, logUser, () => ({ inbound: new ErrorMapping(Infinity) })],
      },
    };
    const workers = await Promise.all([
      Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.service,
        ...(await workflows()),
        maxCachedWorkflows: CACHED_WORKFLOWS,
        activities: {
          ...createServiceActivities(dependencies),
          ...createAlertActivities(dependencies),
          planNotifications,
        },
        maxConcurrentActivityTaskExecutions: SLOTS,
      }),
      Worker.create({
        ...common,
        taskQueue: TASK_QUEUES.notify,
        activities: sending,
        maxConcurrentActivityTaskExecutions: NOTIFY_SLOTS,
      }),
    ]);
    await runTogether(workers, this.#closing.signal);
  }
}

/** Until the signal is aborted, or one of them ends: then all do. */
async function runTogether(workers: readonly Worker[], signal: AbortSignal): Promise<void> {
  const shutDown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const running = workers.map((worker) => worker.run());
  if (signal.aborted) shutDown();
  else signal.addEventListener('abort', shutDown, { once: true });
  try {
    await Promise.race(running);
  } finally {
    signal.removeEventListener('abort', shutDown);
    shutDown();
    await Promise.allSettled(running);
  }
}
