import type { CostCeilings } from '../../domain/tiers.ts';
import type { Accounts } from '../../ports/accounts.ts';
import type { CostLedger } from '../../ports/cost-ledger.ts';
import type { Feedback } from '../../ports/feedback.ts';
import type { BatchCatalogue } from '../../ports/batch-catalogue.ts';
import type { IdempotencyStore } from '../../ports/idempotency-store.ts';
import type { JobCatalogue } from '../../ports/job-catalogue.ts';
import type { Statistics } from '../../ports/statistics.ts';
import type { SearchIndex } from '../../ports/search-index.ts';
import type { StopSwitch } from '../../ports/stop-switch.ts';
import { withDatabaseErrors } from './database-errors.ts';
import type { Database } from './database.ts';
import { PostgresAccounts } from './postgres-accounts.ts';
import { PostgresCostLedger } from './postgres-cost-ledger.ts';
import { PostgresFeedback } from './postgres-feedback.ts';
import { PostgresBatchCatalogue } from './postgres-batch-catalogue.ts';
import { PostgresIdempotencyStore } from './postgres-idempotency-store.ts';
import { PostgresJobCatalogue } from './postgres-job-catalogue.ts';
import { PostgresStatistics } from './postgres-statistics.ts';
import { PostgresSearchIndex } from './postgres-search-index.ts';
import { PostgresStopSwitch } from './postgres-stop-switch.ts';

/** What the database keeps, by port. */
export interface Repositories {
  accounts: Accounts;
  batches: BatchCatalogue;
  catalogue: JobCatalogue;
  idempotency: IdempotencyStore;
  stopSwitch: StopSwitch;
  statistics: Statistics;
  feedback: Feedback;
  searchIndex: SearchIndex;
  costLedger: CostLedger;
}

const NO_CEILINGS: CostCeilings = { dayUsd: null, monthUsd: null };

/**
 * @param now months, days and expiries count by this clock
 * @param ceilings of cost, of the whole installation
 */
export const createRepositories = (
  db: Database,
  now = () => new Date(),
  ceilings: CostCeilings = NO_CEILINGS,
): Repositories => ({
  accounts: withDatabaseErrors(new PostgresAccounts(db, now)),
  batches: withDatabaseErrors(new PostgresBatchCatalogue(db, now)),
  catalogue: withDatabaseErrors(new PostgresJobCatalogue(db, now)),
  idempotency: withDatabaseErrors(new PostgresIdempotencyStore(db, now)),
  stopSwitch: withDatabaseErrors(new PostgresStopSwitch(db, now)),
  statistics: withDatabaseErrors(new PostgresStatistics(db, now)),
  feedback: withDatabaseErrors(new PostgresFeedback(db, now)),
  searchIndex: withDatabaseErrors(new PostgresSearchIndex(db)),
  costLedger: withDatabaseErrors(new PostgresCostLedger(db, now, ceilings)),
});
