import { afterAll, beforeAll } from 'vitest';
import { PostgresServer } from '../../support/postgres-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { searchIndexSuite } from '../contract/search-index.suite.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.close());

searchIndexSuite('the embedded database', () => Promise.resolve({ folder: testFolder() }));
searchIndexSuite('a PostgreSQL server', async () => ({ url: await server.createDatabase() }));
