import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzleServer } from 'drizzle-orm/node-postgres';
import { migrate as migrateServer } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import pg from 'pg';
import type { Database } from './database.ts';
import { withDatabaseErrors } from './database-errors.ts';
import { LOCKS } from './locks.ts';
import * as schema from './schema.ts';

export interface OpenDatabase {
  db: Database;
  /** Rejects with ClipScribeError `DatabaseUnavailable`. */
  checkReachable(): Promise<void>;
  close(): Promise<void>;
}

export type DatabasePlace =
  /** A PostgreSQL server, 15 or later; any number of processes. */
  | { url: string }
  /** PGlite in this folder, for one process; null: in memory. */
  | { folder: string | null };

const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));

/** A client that waits longer is better served with a 503. */
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 15_000;
const CONNECTIONS = 10;

/**
 * Opens the database and applies the migrations that it lacks; several processes may do so at once.
 *
 * @throws ClipScribeError DatabaseUnavailable
 */
export function openDatabase(place: DatabasePlace): Promise<OpenDatabase> {
  return 'url' in place ? openServer(place.url) : openEmbedded(place.folder);
}

async function openServer(url: string): Promise<OpenDatabase> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'clipscribe-api',
  });
  // A connection that breaks while idle is replaced by the next query.
  pool.on('error', () => undefined);
  try {
    await withDatabaseErrors({ migrate: () => migrateUnderLock(pool) }).migrate();
  } catch (error) {
    await pool.end();
    throw error;
  }
  return opened(drizzleServer(pool, { schema }), () => pool.end());
}

async function migrateUnderLock(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCKS.migrations]);
    await migrateServer(drizzleServer(client), { migrationsFolder: MIGRATIONS });
  } finally {
    // The lock goes with the connection.
    client.release(true);
  }
}

async function openEmbedded(folder: string | null): Promise<OpenDatabase> {
  if (folder !== null) await mkdir(folder, { recursive: true, mode: 0o700 });
  const client = folder === null ? await PGlite.create() : await PGlite.create(folder);
  const db = drizzleEmbedded(client, { schema });
  await migrateEmbedded(db, { migrationsFolder: MIGRATIONS });
  return opened(db, () => client.close());
}

const opened = (db: Database, close: () => Promise<void>): OpenDatabase => ({
  db,
  close,
  ...withDatabaseErrors({
    checkReachable: async () => {
      await db.execute(sql`select 1`);
    },
  }),
});
