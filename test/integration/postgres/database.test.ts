import { afterAll, beforeAll } from 'vitest';
import { PostgresServer } from '../../support/postgres-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { batchSuite } from '../contract/batch.suite.ts';
import { incidentsSuite } from '../contract/incidents.suite.ts';
import { databaseSuite } from '../contract/database.suite.ts';
import { costLedgerSuite } from '../contract/cost-ledger.suite.ts';
import { estimatesSuite } from '../contract/estimates.suite.ts';
import { queueHistorySuite } from '../contract/queue-history.suite.ts';
import { statisticsSuite } from '../contract/statistics.suite.ts';
import { turnsSuite } from '../contract/turns.suite.ts';
import { unusedUploadsSuite } from '../contract/unused-uploads.suite.ts';
import { stopSwitchSuite } from '../contract/stop-switch.suite.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.close());

for (const suite of [
  databaseSuite,
  stopSwitchSuite,
  statisticsSuite,
  turnsSuite,
  queueHistorySuite,
  estimatesSuite,
  batchSuite,
  costLedgerSuite,
  incidentsSuite,
  unusedUploadsSuite,
]) {
  suite('the embedded database', () => Promise.resolve({ folder: testFolder() }));
  suite('a PostgreSQL server', async () => ({ url: await server.createDatabase() }));
}
