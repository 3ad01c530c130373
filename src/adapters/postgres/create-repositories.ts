import { randomBytes } from 'node:crypto';
import type { CostCeilings } from '../../domain/tiers.ts';
import type { Accounts } from '../../ports/accounts.ts';
import type { CostLedger } from '../../ports/cost-ledger.ts';
import type { Estimates } from '../../ports/estimates.ts';
import type { Feedback } from '../../ports/feedback.ts';
import type { BatchCatalogue } from '../../ports/batch-catalogue.ts';
import type { Incidents } from '../../ports/incidents.ts';
import type { IdempotencyStore } from '../../ports/idempotency-store.ts';
import type { JobCatalogue } from '../../ports/job-catalogue.ts';
import type { QueueHistory } from '../../ports/queue-history.ts';
import type { Statistics } from '../../ports/statistics.ts';
import type { SearchIndex } from '../../ports/search-index.ts';
import type { StopSwitch } from '../../ports/stop-switch.ts';
import type { UnusedUploads } from '../../ports/unused-uploads.ts';
import { withDatabaseErrors } from './database-errors.ts';
import type { Database } from './database.ts';
import { PostgresAccounts } from './postgres-accounts.ts';
import { PostgresCostLedger } from './postgres-cost-ledger.ts';
import { PostgresEstimates } from './postgres-estimates.ts';
import { PostgresFeedback } from './postgres-feedback.ts';
import { PostgresBatchCatalogue } from './postgres-batch-catalogue.ts';
import { PostgresIdempotencyStore } from './postgres-idempotency-store.ts';
import { PostgresIncidents } from './postgres-incidents.ts';
import { PostgresJobCatalogue } from './postgres-job-catalogue.ts';
import { PostgresQueueHistory } from './postgres-queue-history.ts';
import { PostgresStatistics } from './postgres-statistics.ts';
import { PostgresSearchIndex } from './postgres-search-index.ts';
import { PostgresStopSwitch } from './postgres-stop-switch.ts';
import { PostgresUnusedUploads } from './postgres-unused-uploads.ts';
import { SealedAddresses } from './sealed-addresses.ts';
import { SecretCipher } from './secret-cipher.ts';

/** What the database keeps, by port. */
export interface Repositories {
  accounts: Accounts;
  batches: BatchCatalogue;
  catalogue: JobCatalogue;
  idempotency: IdempotencyStore;
  incidents: Incidents;
  stopSwitch: StopSwitch;
  statistics: Statistics;
  queueHistory: QueueHistory;
  estimates: Estimates;
  feedback: Feedback;
  searchIndex: SearchIndex;
  costLedger: CostLedger;
  unusedUploads: UnusedUploads;
}

const NO_CEILINGS: CostCeilings = { dayUsd: null, monthUsd: null };

/**
 * @param now months, days and expiries count by this clock
 * @param ceilings of cost, of the whole installation
 * @param secretKey encrypts signed links, addresses of webhooks and answers that are kept: 32 bytes in hexadecimal;
 *   absent: one that is gone with the process
 */
export const createRepositories = (
  db: Database,
  now = () => new Date(),
  ceilings: CostCeilings = NO_CEILINGS,
  secretKey = randomBytes(32).toString('hex'),
): Repositories => {
  const cipher = new SecretCipher(secretKey);
  const addresses = new SealedAddresses(cipher);
  return {
    accounts: withDatabaseErrors(new PostgresAccounts(db, now)),
    batches: withDatabaseErrors(new PostgresBatchCatalogue(db, addresses, now)),
    catalogue: withDatabaseErrors(new PostgresJobCatalogue(db, addresses, now)),
    idempotency: withDatabaseErrors(new PostgresIdempotencyStore(db, cipher, now)),
    incidents: withDatabaseErrors(new PostgresIncidents(db, now)),
    stopSwitch: withDatabaseErrors(new PostgresStopSwitch(db, now)),
    statistics: withDatabaseErrors(new PostgresStatistics(db, now)),
    estimates: withDatabaseErrors(new PostgresEstimates(db, now)),
    queueHistory: withDatabaseErrors(new PostgresQueueHistory(db, now)),
    feedback: withDatabaseErrors(new PostgresFeedback(db, now)),
    searchIndex: withDatabaseErrors(new PostgresSearchIndex(db)),
    costLedger: withDatabaseErrors(new PostgresCostLedger(db, now, ceilings)),
    unusedUploads: withDatabaseErrors(new PostgresUnusedUploads(db, now)),
  };
};
