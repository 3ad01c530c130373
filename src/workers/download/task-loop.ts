import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DownloadOutcome, DownloadTask } from '../../domain/download-task.ts';
import { ClipScribeError, ERRORS } from '../../domain/errors.ts';
import type { DownloadTasks } from '../../ports/download-tasks.ts';
import type { DownloadProgress } from '../../ports/video-source.ts';

/** Does one task; rejects with the reason of the signal when that is aborted. */
type Work = (
  task: DownloadTask,
  attempt: { signal: AbortSignal; onProgress: (progress: DownloadProgress) => void },
) => Promise<DownloadOutcome>;

export interface TaskLoopOptions {
  tasks: DownloadTasks;
  work: Work;
  /** Called when a task has ended and its job will not come back for what it left. */
  forget: (id: string) => Promise<void>;
  logger: Logger;
  heartbeatMs?: number;
  retryMs?: number;
  graceMs?: number;
}

/** Two, so that a long video does not hold up the next; more would look like abuse to a site. */
const SLOTS = 2;
const HEARTBEAT_MS = 3000;
const RETRY_MS = 3000;
/** What is nearly done may finish before the process ends. */
const GRACE_MS = 3000;

/** Why a task is given up, as the reason of its signal. */
class GivenUp extends Error {
  readonly reason: 'cancelled' | 'over' | 'stopping';

  constructor(reason: GivenUp['reason']) {
    super(`The task was given up: ${reason}.`);
    this.reason = reason;
  }
}

/** Errors after which asking again is no use. */
const isFatal = (error: unknown): boolean =>
  ClipScribeError.is(error) && (error.code === 'Unauthorized' || error.code === 'Forbidden');

/** Asks for tasks and does them, some at a time, until it is stopped. */
export class TaskLoop {
  readonly #options: TaskLoopOptions;
  readonly #polling = new AbortController();
  readonly #inHand = new Map<string, { control: AbortController; ended: Promise<void> }>();
  #reachable = true;

  constructor(options: TaskLoopOptions) {
    this.#options = options;
  }

  /** Whether it takes tasks. */
  get isRunning(): boolean {
    return !this.#polling.signal.aborted;
  }

  /**
   * Resolves when it was stopped and has handed back what it had in hand.
   *
   * @throws ClipScribeError Unauthorized, Forbidden
   */
  async run(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: SLOTS }, () => this.#serve()));
    } finally {
      this.stop();
    }
  }

  /** Takes no more tasks, and gives those in hand a moment to end. Idempotent. */
  stop(): void {
    if (!this.isRunning) return;
    this.#polling.abort();
    const giveUp = (): void => {
      for (const { control } of this.#inHand.values()) control.abort(new GivenUp('stopping'));
    };
    setTimeout(giveUp, this.#options.graceMs ?? GRACE_MS).unref();
  }

  async #serve(): Promise<void> {
    while (this.isRunning) {
      const task = await this.#next();
      if (task !== undefined) await this.#take(task);
    }
  }

  async #next(): Promise<DownloadTask | undefined> {
    const { tasks, logger } = this.#options;
    const { signal } = this.#polling;
    try {
      const task = await tasks.next({ signal });
      if (!this.#reachable) logger.info('The API answers again');
      this.#reachable = true;
      return task;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (isFatal(error)) throw error;
      if (this.#reachable) logger.warn(told(error), 'The API gives no work; it is asked again');
      this.#reachable = false;
      const waitMs = retryAfterMs(error) ?? this.#options.retryMs ?? RETRY_MS;
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      return undefined;
    }
  }

  /** One attempt at a time works in the folder of a job: an older one that the API has given up ends first. */
  async #take(task: DownloadTask): Promise<void> {
    const older = this.#inHand.get(task.id);
    if (older !== undefined) {
      older.control.abort(new GivenUp('over'));
      await older.ended;
    }
    const control = new AbortController();
    const ended = this.#attempt(task, control);
    this.#inHand.set(task.id, { control, ended });
    try {
      await ended;
    } finally {
      this.#inHand.delete(task.id);
    }
  }

  async #attempt(task: DownloadTask, control: AbortController): Promise<void> {
    const { work, forget, logger } = this.#options;
    const { kind, id, attempt } = task;
    logger.info({ id, kind, attempt }, 'A task begins');
    let progress: DownloadProgress | null = null;
    const beating = this.#beat(task, control, () => progress);
    try {
      const outcome = await work(task, {
        signal: control.signal,
        onProgress: (newest) => {
          progress = newest;
        },
      }).catch((error: unknown) => outcomeOf(error, control.signal));
      if (outcome === undefined) return logger.info({ id, kind }, 'A task is over');
      await this.#end(task, outcome);
      if (outcome.outcome === 'audio' || outcome.outcome === 'playlist' || outcome.outcome === 'cancelled')
        await forget(id);
      const why = outcome.outcome === 'failed' ? { code: outcome.code, reason: outcome.message } : {};
      logger.info({ id, kind, outcome: outcome.outcome, ...why }, 'A task ended');
    } catch (error) {
      // Nobody waits for it any more, or nobody can be told: then its time runs out, and another attempt comes.
      logger.warn({ id, kind, ...told(error) }, 'The end of a task could not be told');
    } finally {
      clearInterval(beating);
    }
  }

  #beat(
    { taskToken }: DownloadTask,
    control: AbortController,
    progress: () => DownloadProgress | null,
  ): NodeJS.Timeout {
    const { tasks, heartbeatMs } = this.#options;
    let underWay = false;
    const beat = async (): Promise<void> => {
      if (underWay) return;
      underWay = true;
      try {
        const { cancelled } = await tasks.heartbeat(taskToken, progress());
        if (cancelled) control.abort(new GivenUp('cancelled'));
      } catch (error) {
        // Anything else passes, or the next attempt tells.
        if (ClipScribeError.is(error) && error.code === 'NotFound') control.abort(new GivenUp('over'));
      } finally {
        underWay = false;
      }
    };
    return setInterval(() => void beat(), heartbeatMs ?? HEARTBEAT_MS);
  }

  /** Tells how a task ended, again while nobody answers: hours of download may hang on it. */
  async #end({ taskToken }: DownloadTask, outcome: DownloadOutcome): Promise<void> {
    const { tasks, retryMs } = this.#options;
    const { signal } = this.#polling;
    for (;;) {
      try {
        return await tasks.end(taskToken, outcome);
      } catch (error) {
        const passes = ClipScribeError.is(error) && ERRORS[error.code].retry === 'automatic';
        if (!passes || !this.isRunning) throw error;
        // Once more at once where the worker is told to stop meanwhile.
        await sleep(retryAfterMs(error) ?? retryMs ?? RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** What an attempt that failed comes to; undefined where nobody wants to know. */
function outcomeOf(error: unknown, { aborted, reason }: AbortSignal): DownloadOutcome | undefined {
  if (aborted && reason instanceof GivenUp) {
    switch (reason.reason) {
      case 'cancelled':
        return { outcome: 'cancelled' };
      case 'stopping':
        return { outcome: 'handed-back' };
      case 'over':
        return undefined;
    }
  }
  if (!ClipScribeError.is(error))
    return { outcome: 'failed', code: 'InternalError', message: ERRORS.InternalError.title };
  const { code, message, retryAfterSeconds } = error;
  return {
    ...{ outcome: 'failed', code, message: message.slice(0, 1000) },
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

const retryAfterMs = (error: unknown): number | undefined =>
  ClipScribeError.is(error) && error.retryAfterSeconds !== undefined
    ? error.retryAfterSeconds * 1000
    : undefined;

const told = (error: unknown): object =>
  ClipScribeError.is(error) ? { code: error.code, reason: error.message } : { error };
