import { Runtime } from '@temporalio/worker';
import { indexWhatIsMissing } from '../activities/index-transcript.ts';
import type { Tracing } from '../adapters/opentelemetry/start-tracing.ts';
import { workflowBundle } from '../adapters/temporal/workflow-bundle.ts';
import type { Settings } from '../config/settings.ts';
import { readAlertFacts } from './alerts/read-alert-facts.ts';
import { createBatchJobs } from './batches/batch-jobs.ts';
import { LOCAL_USER_ID } from './caller.ts';
import type { Service } from './compose-service.ts';
import { tellCostWarnings } from './notifications/tell-cost-warnings.ts';
import type { ReportUnexpected } from './problems.ts';
import { keepEstimates } from './queue/estimate-keeper.ts';
import { keepQueueHistory } from './queue/history-keeper.ts';
import { createHistoryText } from './retention/history-text.ts';
import { ServiceWorker } from './service-worker.ts';
import { Sweeper } from './sweeper.ts';
import { forgetMissingOfAll } from './uploads/forget-missing.ts';

/** Starts what the API does beside answering requests; returns what ends it. */
export function composeBackgroundWork(
  service: Service,
  {
    settings,
    publicUrl,
    report,
    tracing,
  }: {
    settings: Settings;
    /** Where people reach the API, for links in what they are told. */
    publicUrl: string | null;
    report: ReportUnexpected;
    tracing: Tracing | undefined;
  },
): () => Promise<void> {
  const { costLedger, estimates, notificationClient, policy, stopTeller, store } = service;
  const { client, connectionOptions, namespace } = service.temporal;
  const sweeper = new Sweeper({
    ...service,
    notifications: service.telling.notifications,
    tellCostWarnings: () => tellCostWarnings(costLedger, notificationClient),
    indexWhatIsMissing: () => indexWhatIsMissing(service),
    keepQueueHistory: () => keepQueueHistory(service),
    keepEstimates: () => keepEstimates(estimates, service.expectations),
    report,
  });
  const serviceWorker = new ServiceWorker({
    ...service,
    ...service.telling.steps,
    ...{ connectionOptions, namespace, publicUrl, report },
    stepInterceptors: tracing === undefined ? [] : [tracing.activity],
    workflows: async () => ({
      workflowBundle: await workflowBundle(Runtime.instance().logger, service.folders.workflowBundles, {
        traced: tracing !== undefined,
      }),
      ...(tracing === undefined ? {} : { sinks: tracing.sinks }),
    }),
    jobs: createBatchJobs({
      ...{ jobs: service.jobs, catalogue: service.catalogue, store, policy },
      allowLocalFiles: settings.allowLocalFiles,
      startSoon: () => sweeper.dispatchSoon(),
    }),
    alertFacts: () => readAlertFacts(service),
    ownerId: LOCAL_USER_ID,
    historyText: createHistoryText(client),
    forgetMissingUploads: () => forgetMissingOfAll(service),
    onJobReopened: (jobId) => stopTeller.tellStarted(jobId),
    onJobEnded: (batchId) => sweeper.jobEnded(batchId),
  });
  return async () => {
    await Promise.all([serviceWorker.close(), sweeper.close()]);
  };
}
