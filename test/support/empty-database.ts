import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import {
  openDatabase,
  type DatabasePlace,
  type OpenDatabase,
} from '../../src/adapters/postgres/open-database.ts';

/** The database of a suite, with nothing in it when a test begins. */
export function emptyDatabase(place: () => Promise<DatabasePlace>): Omit<OpenDatabase, 'close'> {
  let database: OpenDatabase;
  beforeAll(async () => {
    database = await openDatabase(await place());
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.db.execute(sql`
      do $$ begin execute (
        select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ')
        from pg_tables where schemaname = 'public'
      ); end $$`);
  });
  return {
    get db() {
      return database.db;
    },
    checkReachable: () => database.checkReachable(),
  };
}
