import { ClipScribeError } from '../domain/errors.ts';

const POLL_INTERVAL_MS = 1000;

interface Watched<Status> {
  listeners: Set<Listener<Status>>;
  stop: () => void;
}

type Listener<Status> = (end: boolean, status: Status | undefined) => void;

/**
 * Follows jobs or batches for any number of listeners, asking once a second for each however many listen. No state is
 * kept here, so that a listener may reconnect to any instance of the API.
 */
export class StatusWatcher<Status> {
  readonly #readStatus: (id: string) => Promise<Status>;
  readonly #hasEnded: (status: Status) => boolean;
  readonly #watched = new Map<string, Watched<Status>>();

  constructor(readStatus: (id: string) => Promise<Status>, hasEnded: (status: Status) => boolean) {
    this.#readStatus = readStatus;
    this.#hasEnded = hasEnded;
  }

  /**
   * Calls the listener with every status that was read, until it has ended or disappeared, which is said
   * with `end`. While it cannot be read nothing is said.
   *
   * @returns a function that stops listening
   */
  watch(id: string, listener: Listener<Status>): () => void {
    const watched = this.#watched.get(id) ?? this.#start(id);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0) this.#forget(id, watched);
    };
  }

  /** Tells all listeners that this is the end: the process stops, and they may ask another one. */
  close(): void {
    for (const [id, watched] of this.#watched) {
      this.#forget(id, watched);
      for (const listener of [...watched.listeners]) listener(true, undefined);
    }
  }

  #start(id: string): Watched<Status> {
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    const watched: Watched<Status> = {
      listeners: new Set(),
      stop: () => {
        stopped = true;
        clearTimeout(timer);
      },
    };
    const poll = async (): Promise<void> => {
      const { end, status } = await this.#read(id);
      if (stopped) return;
      if (end || status !== undefined) for (const listener of [...watched.listeners]) listener(end, status);
      if (end) this.#forget(id, watched);
      else timer = setTimeout(() => void poll(), POLL_INTERVAL_MS);
    };
    this.#watched.set(id, watched);
    timer = setTimeout(() => void poll(), 0);
    return watched;
  }

  async #read(id: string): Promise<{ end: boolean; status: Status | undefined }> {
    try {
      const status = await this.#readStatus(id);
      return { end: this.#hasEnded(status), status };
    } catch (error) {
      const gone =
        ClipScribeError.is(error) && (error.code === 'JobNotFound' || error.code === 'BatchNotFound');
      return { end: gone, status: undefined };
    }
  }

  #forget(id: string, watched: Watched<Status>): void {
    watched.stop();
    if (this.#watched.get(id) === watched) this.#watched.delete(id);
  }
}
