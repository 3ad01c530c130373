import { ClipScribeError } from '../../domain/errors.ts';
import { isTerminal } from '../../domain/job.ts';
import type { JobStatus } from './job-schemas.ts';

const POLL_INTERVAL_MS = 1000;

interface Watched {
  listeners: Set<(end: boolean, status: JobStatus | undefined) => void>;
  stop: () => void;
}

/**
 * Follows jobs for any number of listeners, asking once a second per job however many listen. State lives in
 * Temporal alone, so that a listener may reconnect to any instance of the API.
 */
export class JobWatcher {
  readonly #readStatus: (jobId: string) => Promise<JobStatus>;
  readonly #watched = new Map<string, Watched>();

  constructor(readStatus: (jobId: string) => Promise<JobStatus>) {
    this.#readStatus = readStatus;
  }

  /**
   * Calls the listener with every status that was read, until the job has ended or disappeared, which is said
   * with `end`. While Temporal cannot be reached nothing is said.
   *
   * @returns a function that stops listening
   */
  watch(jobId: string, listener: (end: boolean, status: JobStatus | undefined) => void): () => void {
    const watched = this.#watched.get(jobId) ?? this.#start(jobId);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0) this.#forget(jobId, watched);
    };
  }

  /** Tells all listeners that this is the end: the process stops, and they may ask another one. */
  close(): void {
    for (const [jobId, watched] of this.#watched) {
      this.#forget(jobId, watched);
      for (const listener of [...watched.listeners]) listener(true, undefined);
    }
  }

  #start(jobId: string): Watched {
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    const watched: Watched = {
      listeners: new Set(),
      stop: () => {
        stopped = true;
        clearTimeout(timer);
      },
    };
    const poll = async (): Promise<void> => {
      const { end, status } = await this.#read(jobId);
      if (stopped) return;
      if (end || status !== undefined) for (const listener of [...watched.listeners]) listener(end, status);
      if (end) this.#forget(jobId, watched);
      else timer = setTimeout(() => void poll(), POLL_INTERVAL_MS);
    };
    this.#watched.set(jobId, watched);
    timer = setTimeout(() => void poll(), 0);
    return watched;
  }

  async #read(jobId: string): Promise<{ end: boolean; status: JobStatus | undefined }> {
    try {
      const status = await this.#readStatus(jobId);
      return { end: isTerminal(status.status), status };
    } catch (error) {
      const gone = ClipScribeError.is(error) && error.code === 'JobNotFound';
      return { end: gone, status: undefined };
    }
  }

  #forget(jobId: string, watched: Watched): void {
    watched.stop();
    if (this.#watched.get(jobId) === watched) this.#watched.delete(jobId);
  }
}
