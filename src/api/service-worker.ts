import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker, type NativeConnectionOptions } from '@temporalio/worker';
import { ErrorMapping } from '../activities/error-mapping.ts';
import { createServiceActivities, type ServiceDependencies } from '../activities/service-activities.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';

/** How long Temporal is left alone before it is asked again. */
const RETRY_MS = 2000;
/** Steps of the service are a statement or two. */
const SHUTDOWN = { shutdownGraceTime: '1s', shutdownForceTime: '4s' } as const;
const SLOTS = 20;

export interface ServiceWorkerOptions extends ServiceDependencies {
  connectionOptions: NativeConnectionOptions;
  namespace: string;
  /** For what is not just Temporal being away. */
  report: (error: Error) => void;
}

/**
 * The worker of the steps that need the database, inside the API's process: it alone has the database open. It
 * starts when Temporal can be reached, and again when it loses it for good.
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
    const { namespace, ...dependencies } = this.#options;
    const worker = await Worker.create({
      ...{ connection, namespace, ...SHUTDOWN },
      taskQueue: TASK_QUEUES.service,
      activities: createServiceActivities(dependencies),
      maxConcurrentActivityTaskExecutions: SLOTS,
      // What these steps settle must not be given up because the database was away for a while.
      interceptors: { activity: [() => ({ inbound: new ErrorMapping(Infinity) })] },
    });
    const { signal } = this.#closing;
    const shutDown = (): void => worker.shutdown();
    const running = worker.run();
    if (signal.aborted) shutDown();
    else signal.addEventListener('abort', shutDown, { once: true });
    await running;
  }
}
