import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor } from '../../config/environment.ts';
import { homeFolders } from '../../config/home.ts';
import type { Settings } from '../../config/settings.ts';
import { loadTemporalSettings } from '../../config/temporal.ts';
import { loadTools } from '../../config/tools.ts';
import { CliError } from '../cli-error.ts';
import { takeExclusively } from '../../config/exclusive.ts';
import { findFreePort, isListening } from './ports.ts';
import { readStack, removeStack, STACK_LOCK, writeStack, type Stack } from './stack-file.ts';
import { SupervisedProcess } from './supervised-process.ts';
import { endLeftTemporalServer, prepareTemporalServer, temporalServerParameters } from './temporal-server.ts';

const TEMPORAL_PORT = 7233;
const TEMPORAL_UI_PORT = 8233;
/** The worker drains within 8 s; then its model server ends. */
const DRAIN_MS = 20_000;

const script = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What happens in the stack, told as it happens. */
export interface StackListener {
  /** A stack is being started, since none runs. */
  onStarting: () => void;
  /** A part takes work; `where` is its address, if it has one. */
  onReady: (part: string, where: string) => void;
  /** One sentence that a user should see. */
  onNotice: (sentence: string) => void;
  /** Every line of every log. */
  onLine?: ((part: string, line: string) => void) | undefined;
}

/**
 * The whole of ClipScribe on this machine: Temporal dev server (unless one is given by TEMPORAL_ADDRESS),
 * worker and API as processes of their own, watched and started again when they die. One stack per home.
 */
export class LocalStack {
  readonly #settings: Settings;
  readonly #listener: StackListener;
  readonly #release: () => void;
  readonly #processes: SupervisedProcess[] = [];
  readonly #failed = Promise.withResolvers<never>();
  #stack: Stack = { apiUrl: '', temporalAddress: '', temporalUiUrl: null, temporalProcessId: null };
  #closing: Promise<void> | undefined;

  private constructor(settings: Settings, listener: StackListener, release: () => void) {
    this.#settings = settings;
    this.#listener = listener;
    this.#release = release;
    // Somebody may only be interested later.
    this.#failed.promise.catch(() => undefined);
  }

  /**
   * Starts the stack and resolves when it takes jobs.
   *
   * @returns undefined when another process runs the stack of this home
   * @throws CliError when a part cannot run; nothing is left running then
   */
  static async start(settings: Settings, listener: StackListener): Promise<LocalStack | undefined> {
    const release = await takeExclusively(settings.home, STACK_LOCK);
    if (release === undefined) return undefined;
    const stack = new LocalStack(settings, listener, release);
    listener.onStarting();
    try {
      await Promise.race([stack.#startParts(), stack.failed]);
      return stack;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  get addresses(): Stack {
    return this.#stack;
  }

  /** Rejects with a CliError when a part of the stack cannot be kept alive. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Drains the worker, then ends the API, then Temporal. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    removeStack(this.#settings.home);
    for (const supervised of this.#processes.toReversed()) await supervised.stop(DRAIN_MS);
    this.#release();
  }

  async #startParts(): Promise<void> {
    await this.#endLeftServer();
    const temporal = await this.#startTemporal();
    const environment = { TEMPORAL_ADDRESS: temporal, CLIPSCRIBE_API_URL: '' };
    const apiPort = await findFreePort(this.#settings.apiPort);
    const api = this.#startPart('API', '../../api/main.ts', [], {
      ...environment,
      CLIPSCRIBE_ALLOW_LOCAL_FILES: 'true',
      CLIPSCRIBE_API_HOST: '127.0.0.1',
      CLIPSCRIBE_API_PORT: String(apiPort),
    });
    // The worker is not waited for: jobs may be submitted while it starts.
    const worker = this.#startPart('worker', '../../workers/main.ts', ['--role', 'all'], {
      ...environment,
      CLIPSCRIBE_HEALTH_PORT: '0',
    });
    worker.then(
      () => this.#listener.onReady('worker', ''),
      () => undefined,
    );
    const { address } = await api;
    this.#stack = { ...this.#stack, apiUrl: String(address) };
    writeStack(this.#settings.home, this.#stack);
    this.#listener.onReady('API', String(address));
  }

  /** Ends what a killed stack has left, whose addresses nobody may take for ours. */
  async #endLeftServer(): Promise<void> {
    const { home } = this.#settings;
    const left = readStack(home);
    if (left === undefined) return;
    writeStack(home, { ...left, apiUrl: '' });
    if (left.temporalProcessId !== null) await endLeftTemporalServer(home, left.temporalProcessId);
  }

  /** @returns the address of a server that takes work */
  async #startTemporal(): Promise<string> {
    const { addressGiven, connectionOptions, namespace } = loadTemporalSettings();
    const given = connectionOptions.address ?? '';
    if (addressGiven) {
      if (!(await isListening(given))) {
        throw new CliError(`No Temporal server answers at TEMPORAL_ADDRESS (${given}).`, {
          fix: 'Start it, or unset TEMPORAL_ADDRESS to have one started here.',
        });
      }
      this.#stack = { ...this.#stack, temporalAddress: given };
      this.#listener.onReady('Temporal', given);
      return given;
    }
    const { home } = this.#settings;
    const { temporal } = loadTools(home);
    if (temporal === null) {
      throw new CliError('The Temporal server is not installed.', {
        fix: 'Run `npm start` once, or set TEMPORAL_ADDRESS.',
      });
    }
    const port = await findFreePort(TEMPORAL_PORT);
    const uiPort = await findFreePort(TEMPORAL_UI_PORT, [port]);
    const parameters = [home, temporal, ...temporalServerParameters(home, { port, uiPort })];
    const address = `127.0.0.1:${port}`;
    this.#stack = { ...this.#stack, temporalAddress: address, temporalUiUrl: `http://127.0.0.1:${uiPort}` };
    this.#supervise('Temporal', [script('./temporal-keeper.ts'), ...parameters], {}, (record) => {
      if (typeof record['processId'] !== 'number') return;
      this.#stack = { ...this.#stack, temporalProcessId: record['processId'] };
      writeStack(home, this.#stack);
    });
    await prepareTemporalServer(address, namespace);
    this.#listener.onReady('Temporal', address);
    return address;
  }

  /** Starts one of our own processes; resolves with the log line by which it says that it is ready. */
  #startPart(
    name: string,
    path: string,
    parameters: readonly string[],
    variables: Record<string, string>,
  ): Promise<Record<string, unknown>> {
    const ready = Promise.withResolvers<Record<string, unknown>>();
    const preload = new URL('./end-with-owner.ts', import.meta.url).href;
    const command = ['--import', preload, script(path), ...parameters];
    this.#supervise(name, command, variables, (record) => {
      if (typeof record['notice'] === 'string') this.#listener.onNotice(record['notice']);
      if (record['address'] !== undefined || record['healthPort'] !== undefined) ready.resolve(record);
    });
    return ready.promise;
  }

  #supervise(
    name: string,
    parameters: readonly string[],
    variables: Record<string, string>,
    onRecord: (record: Record<string, unknown>) => void,
  ): void {
    const logPath = join(homeFolders(this.#settings.home).logs, `${name.toLowerCase()}.log`);
    const { onNotice, onLine } = this.#listener;
    this.#processes.push(
      new SupervisedProcess({
        name,
        program: process.execPath,
        parameters,
        environment: environmentFor(this.#settings, variables),
        logPath,
        onLine: onLine === undefined ? undefined : (line) => onLine(name, line),
        onRecord,
        onDeath: ({ code, restartMs }) =>
          onNotice(
            `The ${name} ended unexpectedly (${code === null ? 'killed' : `code ${code}`}); it is started again in ${restartMs / 1000} s. Log: ${logPath}`,
          ),
        onGivenUp: (reason) => this.#failed.reject(new CliError(reason, { fix: `The log is ${logPath}.` })),
      }),
    );
  }
}
