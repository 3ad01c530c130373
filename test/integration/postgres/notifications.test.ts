import { afterAll, beforeAll } from 'vitest';
import { PostgresServer } from '../../support/postgres-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { notificationsSuite } from '../contract/notifications.suite.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.close());

notificationsSuite('notifications in the embedded database', () => Promise.resolve({ folder: testFolder() }));
notificationsSuite('notifications on a PostgreSQL server', async () => ({
  url: await server.createDatabase(),
}));
