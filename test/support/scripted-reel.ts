import { activityInfo } from '@temporalio/activity';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { withHeartbeat } from '../../src/activities/activity-support.ts';
import { JOB_QUERIES } from '../../src/contracts/jobs.ts';
import type {
  AcquireClipResult,
  EncodePartInput,
  ReelActivities,
} from '../../src/contracts/reel-activities.ts';
import type { ReelStitchInput, ReelStitchResult } from '../../src/contracts/reel-stitch.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import type { VideoActivities } from '../../src/contracts/video-activities.ts';
import { reelSettingsSchema, type ReelProgress } from '../../src/domain/reel.ts';
import { reference } from './scripted-activities.ts';
import { workflowCode } from './workflow-harness.ts';

/** The activities of a reel without an account. */
export type ReelSteps = ReelActivities & Pick<VideoActivities, 'removeScratch' | 'recordOutcome'>;

/** One call of an activity, as it happened. */
interface ReelCall {
  activity: keyof ReelSteps;
  taskQueue: string;
  input: unknown;
}

export type ReelHandle = WorkflowHandle<(input: ReelStitchInput) => Promise<ReelStitchResult>>;

export interface RunningReel {
  handle: ReelHandle;
  calls: ReelCall[];
  /** Inputs of the calls of one step, in the order in which they came. */
  inputsOf: <Name extends keyof ReelSteps>(activity: Name) => Parameters<ReelSteps[Name]>[0][];
  /** Task queues that a step has run on, in the order in which it did. */
  queuesOf: (activity: keyof ReelSteps) => string[];
  progress: () => Promise<ReelProgress>;
  /** Shuts the worker of the workflow down, and starts another one that knows nothing. */
  replaceWorkflowWorker: () => Promise<void>;
}

export const measure = { seconds: 0.1, attempt: 1, cached: false, model: null, costUsd: 0 };

/** Ten seconds that cannot be copied, so that each clip is a part that has to be encoded. */
export const acquiredClip: AcquireClipResult = {
  facts: {
    durationSeconds: 10,
    video: {
      ...{ codec: 'vp9', profile: null, pixelFormat: 'yuv420p', width: 1280, height: 720, rotation: 0 },
      ...{ hasSquarePixels: true, isInterlaced: false, hasVariableRate: false, reorderedPictures: 0 },
      ...{ frameRate: { numerator: 25, denominator: 1 }, frameCount: null, timescale: null },
      ...{ dynamicRange: null, parametersHash: null },
    },
    audio: null,
    isPlainMp4: false,
  },
  ...{ loudness: null, fingerprint: null, measure },
};

export const encodedPart = {
  ...{ video: reference('part.mp4'), audio: reference('part.m4a'), notices: [] as string[], measure },
};

/** A step that waits until the test lets it go on. */
export function gate() {
  const release = Promise.withResolvers<void>();
  let running = 0;
  let mostRunning = 0;
  return {
    open: release.resolve,
    running: () => running,
    mostRunning: () => mostRunning,
    pass: () =>
      withHeartbeat(async () => {
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        await release.promise;
        running -= 1;
      }),
  };
}

let count = 0;

/** Of so many clips, named "clip 1" and so on. */
export const reelInput = (clipCount: number, overrides: Partial<ReelStitchInput> = {}): ReelStitchInput => ({
  ...{ jobId: `reel_test_${process.pid}_${(count += 1)}`, userId: 'local', projectId: null },
  clips: Array.from({ length: clipCount }, (_, index) => ({
    name: `clip ${index + 1}`,
    locator: { kind: 'url', url: `https://example.org/${index + 1}` },
    ...{ start: 0, end: null, title: null, transcript: null },
  })),
  settings: reelSettingsSchema.parse({}),
  ...{ output: null, priority: 5, route: null, policy: { concurrency: 3 }, account: null },
  ...overrides,
});

/** Runs one reel whose steps do no work; overrides say what a test is about. */
export async function withReel<T>(
  environment: TestWorkflowEnvironment,
  overrides: Partial<ReelSteps>,
  body: (reel: RunningReel) => Promise<T>,
  input: ReelStitchInput,
): Promise<T> {
  const calls: ReelCall[] = [];
  const { recordOutcome, ...media } = recorded({ ...quietSteps(), ...overrides }, calls);
  const common = { connection: environment.nativeConnection, maxHeartbeatThrottleInterval: '200ms' } as const;
  const control = { ...common, taskQueue: TASK_QUEUES.control, activities: { recordOutcome } };
  const startControl = async () =>
    run(await Worker.create({ ...control, workflowBundle: await workflowCode() }));
  let workflowWorker = await startControl();
  const mediaWorkers = await Promise.all(
    [TASK_QUEUES.short, TASK_QUEUES.long].map(async (taskQueue) =>
      run(await Worker.create({ ...common, taskQueue, activities: media })),
    ),
  );
  try {
    const handle: ReelHandle = await environment.client.workflow.start('reelStitch', {
      workflowId: input.jobId,
      taskQueue: TASK_QUEUES.control,
      args: [input],
    });
    return await body({
      ...{ handle, calls },
      inputsOf: (activity) =>
        calls.filter((call) => call.activity === activity).map((call) => call.input as never),
      queuesOf: (activity) =>
        calls.filter((call) => call.activity === activity).map(({ taskQueue }) => taskQueue),
      progress: () => handle.query<ReelProgress>(JOB_QUERIES.progress),
      replaceWorkflowWorker: async () => {
        await workflowWorker.stop();
        workflowWorker = await startControl();
      },
    });
  } finally {
    await Promise.all([workflowWorker, ...mediaWorkers].map((worker) => worker.stop()));
  }
}

/** Each step as it goes when nothing is wrong. */
const quietSteps = (): ReelSteps => ({
  checkOutput: () => Promise.resolve({ measure }),
  acquireClip: () => Promise.resolve(acquiredClip),
  encodePart: () => Promise.resolve(encodedPart),
  joinReel: ({ clips }) =>
    Promise.resolve({ reel: reference('reel.mp4'), durationSeconds: clips.length * 10, measure }),
  publishReel: () => Promise.resolve({ manifest: reference('manifest.json'), measure }),
  removeScratch: () => Promise.resolve(),
  recordOutcome: () => Promise.resolve(),
});

function recorded(steps: ReelSteps, calls: ReelCall[]): ReelSteps {
  const entries = Object.entries(steps).map(([name, step]) => [
    name,
    (input: never) => {
      calls.push({ activity: name as keyof ReelSteps, taskQueue: activityInfo().taskQueue, input });
      return (step as (input: never) => Promise<unknown>)(input);
    },
  ]);
  return Object.fromEntries(entries) as ReelSteps;
}

function run(worker: Worker): { stop: () => Promise<void> } {
  const running = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await running;
    },
  };
}

/** Why a reel has ended without a result. */
export async function failureOf({ handle }: RunningReel): Promise<unknown> {
  const error: unknown = await handle.result().then(
    () => {
      throw new Error('The reel completed.');
    },
    (failure: unknown) => failure,
  );
  if (!(error instanceof WorkflowFailedError)) throw error;
  return error.cause;
}

/** The clip that a part is encoded of; -1 where it is another kind of part. */
export const clipOf = ({ part }: EncodePartInput): number =>
  part.kind === 'encode' ? part.stretch.clip : -1;
