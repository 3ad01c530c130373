import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import {
  QUERIES,
  VIDEO_INTELLIGENCE,
  type VideoJobInput,
  type VideoJobResult,
} from '../../src/contracts/video-intelligence.ts';
import type { JobProgress } from '../../src/domain/job.ts';
import { HIGH_VALUE_WORDS, LONG_ROUTE_FROM_SECONDS } from '../../src/domain/route.ts';
import { scriptedActivities, type Call, type Script } from './scripted-activities.ts';

// The SDK's own log of a test run would bury the test's.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The workflow code of this checkout, bundled once per test file. */
export const workflowCode = (): Promise<WorkflowBundleWithSourceMap> =>
  (bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }));

export type JobHandle = WorkflowHandle<(input: VideoJobInput) => Promise<VideoJobResult>>;

export interface RunningJob {
  handle: JobHandle;
  calls: Call[];
  progress: () => Promise<JobProgress>;
}

let count = 0;

export const jobInput = (overrides: Partial<VideoJobInput> = {}): VideoJobInput => ({
  jobId: `job_test_${process.pid}_${(count += 1)}`,
  userId: 'local',
  source: { kind: 'url', url: 'https://example.org/talk' },
  settings: {},
  priority: 5,
  route: null,
  policy: {
    longRouteFromSeconds: LONG_ROUTE_FROM_SECONDS,
    defaultModel: 'base',
    highValueModel: 'small',
    highValueWords: [...HIGH_VALUE_WORDS],
    concurrency: 3,
  },
  redo: null,
  amend: false,
  account: null,
  ...overrides,
});

/** Workers as in production, one for the control queue and one for each route, that live as long as `body` runs. */
export async function withScriptedWorkers<T>(
  environment: TestWorkflowEnvironment,
  script: Script,
  body: (calls: Call[]) => Promise<T>,
): Promise<T> {
  const { activities, calls } = scriptedActivities(script);
  const { fetchMetadata, recordOutcome, ...media } = activities;
  const common = { connection: environment.nativeConnection, maxHeartbeatThrottleInterval: '200ms' } as const;
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUES.control,
      workflowBundle: await workflowCode(),
      activities: { fetchMetadata, recordOutcome },
    }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.short, activities: media }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.long, activities: media }),
  ]);
  const running = workers.map((worker) => worker.run());
  try {
    return await body(calls);
  } finally {
    workers.forEach((worker) => worker.shutdown());
    await Promise.all(running);
  }
}

/** Runs one scripted job. */
export const withJob = <T>(
  environment: TestWorkflowEnvironment,
  script: Script,
  body: (job: RunningJob) => Promise<T>,
  input: VideoJobInput = jobInput(),
): Promise<T> =>
  withScriptedWorkers(environment, script, async (calls) => {
    const handle: JobHandle = await environment.client.workflow.start(VIDEO_INTELLIGENCE, {
      workflowId: input.jobId,
      taskQueue: TASK_QUEUES.control,
      args: [input],
    });
    return body({ handle, calls, progress: () => handle.query<JobProgress>(QUERIES.progress) });
  });

/** Polls until a condition on the job's progress holds; the test's own time-out bounds it. */
export async function untilProgress(
  job: RunningJob,
  holds: (progress: JobProgress) => boolean,
): Promise<JobProgress> {
  for (;;) {
    const progress = await job.progress();
    if (holds(progress)) return progress;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
