import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { failure } from '../support/scripted-activities.ts';
import { acquiredClip, encodedPart, reelInput, withReel } from '../support/scripted-reel.ts';

/** Runs a reel that leaves a damaged clip out and moves to the long queue. @returns its workflow id */
export async function runReelToRecord(environment: TestWorkflowEnvironment): Promise<string> {
  const isSmallHost = (): boolean => activityInfo().taskQueue === TASK_QUEUES.short;
  const input = reelInput(3, { jobId: 'reel_stitched' });
  await withReel(
    environment,
    {
      acquireClip: ({ index }) =>
        index === 1 ? Promise.reject(failure('CorruptMedia')) : Promise.resolve(acquiredClip),
      encodePart: () =>
        isSmallHost() ? Promise.reject(failure('OutOfMemory')) : Promise.resolve(encodedPart),
    },
    ({ handle }) => handle.result(),
    input,
  );
  return input.jobId;
}
