import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/settings.ts';
import type { Api } from './api/api-client.ts';
import { connectOwnApi, findApi } from './api/find-api.ts';
import { LocalStack, type StackListener } from './stack/local-stack.ts';

const OTHER_START_POLL_MS = 300;

/**
 * An API for as long as a command needs one: a running one where there is one, else a local stack of the
 * command's own. When a stack of somebody else ends in between, the session starts one in its place.
 */
export class ApiSession {
  readonly #settings: Settings;
  readonly #listener: StackListener;
  #api: Promise<Api> | undefined;
  #stack: LocalStack | undefined;
  readonly #stackFailed = Promise.withResolvers<never>();

  constructor(settings: Settings, listener: StackListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#stackFailed.promise.catch(() => undefined);
  }

  /** Rejects with a CliError when a stack of our own cannot be kept alive. */
  get stackFailed(): Promise<never> {
    return this.#stackFailed.promise;
  }

  /** The stack that this session started and will end; undefined while it uses somebody else's. */
  get ownStack(): LocalStack | undefined {
    return this.#stack;
  }

  /**
   * The API to ask now.
   *
   * @throws CliError when there is none and none can be started
   */
  current(): Promise<Api> {
    return (this.#api ??= this.#open().catch((error: unknown) => {
      this.#api = undefined;
      throw error;
    }));
  }

  /** The API did not answer: look for it anew next time. A stack of our own starts its API again by itself. */
  lost(): void {
    if (this.#stack === undefined) this.#api = undefined;
  }

  /** Ends the stack, if it is ours. */
  async close(): Promise<void> {
    await this.#stack?.close();
  }

  async #open(): Promise<Api> {
    for (;;) {
      const running = await findApi(this.#settings);
      if (running !== undefined) return running;
      this.#stack = await LocalStack.start(this.#settings, this.#listener);
      if (this.#stack !== undefined) {
        this.#stack.failed.catch(this.#stackFailed.reject);
        return connectOwnApi(this.#stack.addresses.apiUrl, this.#settings, { readsLocalFiles: true });
      }
      // Somebody else is just starting one, or ending it.
      await sleep(OTHER_START_POLL_MS);
    }
  }
}
