import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OwnedProcess } from './owned-process.ts';

const MAIN = fileURLToPath(new URL('../../src/api/main.ts', import.meta.url));

/** The API in a process of its own, as production runs it. */
export class ApiProcess {
  readonly address: string;
  readonly #process: OwnedProcess;

  private constructor(child: OwnedProcess, address: string) {
    this.#process = child;
    this.address = address;
  }

  /** Starts it on any free port, and waits until it listens. */
  static async start({
    home,
    temporalAddress,
    settings,
  }: {
    home: string;
    temporalAddress: string;
    settings: Record<string, string>;
  }): Promise<ApiProcess> {
    const child = new OwnedProcess('the API', [process.execPath, MAIN], {
      // Nothing of the tester's own settings: neither variables nor a `.env` file.
      folder: home,
      environment: {
        PATH: process.env['PATH'],
        HOME: join(home, 'user'),
        CLIPSCRIBE_HOME: home,
        CLIPSCRIBE_API_PORT: '0',
        TEMPORAL_ADDRESS: temporalAddress,
        ...settings,
      },
    });
    const [, address = ''] = await child.untilOutput(/"address":"([^"]+)"/);
    return new ApiProcess(child, address);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The JSON of an answer that is no problem. */
  async get<T>(path: string, token?: string): Promise<T> {
    return this.#json(await fetch(new URL(path, this.address), { headers: bearer(token) }));
  }

  async post<T>(path: string, body: object, token?: string): Promise<T> {
    const headers = { 'content-type': 'application/json', ...bearer(token) };
    return this.#json(
      await fetch(new URL(path, this.address), { method: 'POST', headers, body: JSON.stringify(body) }),
    );
  }

  get output(): string {
    return this.#process.output;
  }

  /** Ends it at once, without a word to its clients. */
  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.#process.end('SIGTERM');
  }

  async #json<T>(answer: Response): Promise<T> {
    if (!answer.ok) throw new Error(`The API answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
