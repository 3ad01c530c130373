import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { prepareTemporalServer, temporalServerParameters } from '../../src/cli/stack/temporal-server.ts';
import { homeFolders } from '../../src/config/home.ts';
import { freePort } from './free-port.ts';
import { OwnedProcess } from './owned-process.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';

/** The dev server as `clipscribe up` runs it, over a database file, so that it can be killed and come back. */
export class TemporalProcess {
  readonly address: string;
  readonly #command: readonly string[];
  readonly #home: string;
  #server: OwnedProcess | undefined;
  #connection: Connection | undefined;

  private constructor(
    home: string,
    ports: { port: number; uiPort: number },
    { fairTurns, inMemory }: { fairTurns: boolean; inMemory: boolean },
  ) {
    if (tools.temporal === null)
      throw new Error('These tests start a Temporal server of their own: unset TEMPORAL_ADDRESS.');
    this.address = `127.0.0.1:${ports.port}`;
    this.#home = home;
    const [server = '', startDev = '', ...flags] = temporalServerParameters(home, ports);
    // Each flag has a value behind it.
    const kept = flags.filter((_, index) => {
      const [flag = '', value = ''] = flags.slice(index - (index % 2));
      return (fairTurns || !value.startsWith('matching.')) && !(inMemory && flag === '--db-filename');
    });
    this.#command = [tools.temporal, server, startDev, ...kept];
  }

  /**
   * @param fairTurns false: queues as the server itself has them, without priorities and fair turns
   * @param inMemory without the file: quicker, and all is lost with the process
   */
  static async start({ fairTurns = true, inMemory = false } = {}): Promise<TemporalProcess> {
    const home = testFolder();
    mkdirSync(dirname(homeFolders(home).temporalDatabase), { recursive: true });
    const port = await freePort();
    const uiPort = await freePort([port]);
    const temporal = new TemporalProcess(home, { port, uiPort }, { fairTurns, inMemory });
    await temporal.restart();
    return temporal;
  }

  /** Starts the server again, on the same address and database. */
  async restart(): Promise<void> {
    this.#server = new OwnedProcess('temporal', this.#command, {
      environment: { PATH: process.env['PATH'], HOME: this.#home },
      folder: this.#home,
    });
    const ended = this.#server.exited.then(() => {
      throw new Error(`The Temporal server ended.\n${this.#server?.output.slice(-4_000)}`);
    });
    ended.catch(() => undefined);
    await Promise.race([prepareTemporalServer(this.address, 'default'), ended]);
  }

  async kill(): Promise<void> {
    await this.#server?.end('SIGKILL');
  }

  async client(): Promise<Client> {
    this.#connection ??= await Connection.connect({ address: this.address });
    return new Client({ connection: this.#connection });
  }

  async close(): Promise<void> {
    await this.#connection?.close();
    await this.kill();
  }
}
