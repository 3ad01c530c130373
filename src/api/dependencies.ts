import type { JobPolicy } from '../contracts/video-intelligence.ts';
import type { Accounts } from '../ports/accounts.ts';
import type { ArtifactStore, UploadReceiver } from '../ports/artifact-store.ts';
import type { MediaLimits } from '../domain/media-check.ts';
import type { CostCeilings } from '../domain/tiers.ts';
import type { CostLedger } from '../ports/cost-ledger.ts';
import type { Feedback } from '../ports/feedback.ts';
import type { SearchIndex } from '../ports/search-index.ts';
import type { BatchCatalogue } from '../ports/batch-catalogue.ts';
import type { Incidents } from '../ports/incidents.ts';
import type { IdempotencyStore } from '../ports/idempotency-store.ts';
import type { JobCatalogue } from '../ports/job-catalogue.ts';
import type { ServiceNumbers } from '../ports/metrics.ts';
import type { QueueHistory } from '../ports/queue-history.ts';
import type { Statistics } from '../ports/statistics.ts';
import type { StopSwitch } from '../ports/stop-switch.ts';
import type { UnusedUploads } from '../ports/unused-uploads.ts';
import type { Webhooks } from '../ports/webhooks.ts';
import type { Expectations } from './queue/expectations.ts';
import type { WorkProbe } from './alerts/work-probe.ts';
import type { AccessRules } from './accounts/authenticate.ts';
import type { BatchStarter } from './batches/batch-starter.ts';
import type { DownloadQueue } from './downloads/download-queue.ts';
import type { AnsweredRequest } from './log-requests.ts';
import type { ReportUnexpected } from './problems.ts';
import type { JobDispatcher } from './jobs/job-dispatcher.ts';
import type { RetentionClient } from './retention/retention-client.ts';
import type { JobsClient } from './jobs/jobs-client.ts';
import type { NotificationClient } from './notifications/notification-client.ts';
import type { BatchView } from './batches/batch-view.ts';
import type { JobStatus } from './jobs/job-schemas.ts';
import type { StatusWatcher } from './status-watcher.ts';
import type { QueueProbe } from './queue/queue-probe.ts';
import type { StopTeller } from './stop/stop-teller.ts';

/** What the API is made from; server.ts and compose-service.ts build it. */
export interface ApiDependencies {
  /** Jobs of all users; routes ask for one only after it was found to be the caller's. */
  jobs: JobsClient;
  catalogue: JobCatalogue;
  dispatcher: JobDispatcher;
  /** Batches of all users; routes ask for those of the caller. */
  batches: BatchCatalogue;
  batchStarter: BatchStarter;
  accounts: Accounts;
  idempotency: IdempotencyStore;
  searchIndex: SearchIndex;
  stopSwitch: StopSwitch;
  stopTeller: StopTeller;
  statistics: Statistics;
  queueHistory: QueueHistory;
  incidents: Incidents;
  feedback: Feedback;
  costLedger: CostLedger;
  unusedUploads: UnusedUploads;
  /** Of the whole installation. */
  costCeilings: CostCeilings;
  probe: QueueProbe;
  workProbe: WorkProbe;
  expectations: Expectations;
  /** Resolves when the database answers. */
  checkDatabase: () => Promise<void>;
  /** Who comes in without a token of the database. */
  access: AccessRules;
  watcher: StatusWatcher<JobStatus>;
  batchWatcher: StatusWatcher<BatchView>;
  store: ArtifactStore;
  uploads: {
    maximumBytes: number;
    /** Null where clients send uploads to the storage itself. */
    receiver: UploadReceiver | null;
    signingKey: () => Promise<string>;
    /** Where files of forms are kept while they arrive. */
    scratchFolder: string;
  };
  /** Steps that wait for download workers of users. */
  downloads: DownloadQueue;
  /** What media may be. */
  limits: MediaLimits;
  /** All metrics, in Prometheus' text format. */
  metricsText: (numbers: ServiceNumbers | undefined) => Promise<string>;
  retention: RetentionClient;
  webhooks: Webhooks;
  notificationClient: NotificationClient;
  /** Whether a language model or a translation server is set up, which translate into more than English. */
  hasTranslator: boolean;
  /** Whether mail can be sent. */
  sendsMail: boolean;
  /** Rejects with a ClipScribeError for an address that webhooks cannot reach. */
  checkWebhookUrl: (url: string) => Promise<void>;
  /** Frozen into every job that is submitted. */
  policy: JobPolicy;
  /** Takes `file:` addresses, and therefore answers this machine's own users only. */
  allowLocalFiles: boolean;
  /** Which parts of buckets users may name, such as `gs://clips/{user}/`. */
  clipLocations: readonly string[];
  /** For errors that are our own defects. */
  reportUnexpected: ReportUnexpected;
  logRequest: (request: AnsweredRequest) => void;
}
