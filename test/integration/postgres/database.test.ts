import { afterAll, beforeAll } from 'vitest';
import { PostgresServer } from '../../support/postgres-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { databaseSuite } from '../contract/database.suite.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.close());

databaseSuite('the embedded database', () => Promise.resolve({ folder: testFolder() }));
databaseSuite('a PostgreSQL server', async () => ({ url: await server.createDatabase() }));
