import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contracts/jobs.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';
import {
  acquiredClip,
  clipOf,
  encodedPart,
  failureOf,
  gate,
  reelInput,
  withReel,
  type ReelSteps,
} from '../support/scripted-reel.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const { short, long } = TASK_QUEUES;

/** A failure that Temporal would retry on the same queue, unless the step's policy says better. */
const passing = (code: ErrorCode): ApplicationFailure =>
  ApplicationFailure.create({ type: code, message: `scripted ${code}`, nonRetryable: false });

describe('a host that is too small', () => {
  it.each(['OutOfMemory', 'DiskFull'] as const)(
    'sends the reel on to the long queue with %s, without another attempt on the short one',
    async (code) => {
      const encodePart: ReelSteps['encodePart'] = () =>
        activityInfo().taskQueue === short ? Promise.reject(passing(code)) : Promise.resolve(encodedPart);
      await withReel(
        environment,
        { encodePart },
        async (reel) => {
          await reel.handle.result();
          expect(reel.queuesOf('encodePart')).toEqual([short, long, long]);
          expect(reel.queuesOf('joinReel')).toEqual([long]);
          expect(reel.queuesOf('removeScratch')).toEqual([short, long]);
          expect(await reel.progress()).toMatchObject({ state: 'completed', route: 'long', notices: [] });
        },
        reelInput(2, { policy: { concurrency: 1 } }),
      );
    },
  );

  it('keeps the files of a reel that moves as long as one of its steps may need them', async () => {
    const still = gate();
    const encodePart: ReelSteps['encodePart'] = async (input) => {
      if (clipOf(input) === 1) await still.pass();
      else if (activityInfo().taskQueue === short) throw passing('DiskFull');
      return encodedPart;
    };
    await withReel(
      environment,
      { encodePart },
      async (reel) => {
        await until(async () => still.running() === 1 && (await reel.progress()).secondsEncoded === 10);
        expect(reel.queuesOf('encodePart').toSorted()).toEqual([long, short, short]);
        expect(reel.queuesOf('removeScratch')).toEqual([]);
        // Who looks for jobs of a route finds it there at once.
        const { typedSearchAttributes } = await reel.handle.describe();
        expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.route)).toBe('long');
        still.open();
        await reel.handle.result();
        expect(reel.queuesOf('removeScratch')).toEqual([short, long]);
      },
      reelInput(2),
    );
  });

  it('sends on also the steps that it fails after the reel has moved', async () => {
    const moved = gate();
    const queues: string[][] = [[], []];
    const acquireClip: ReelSteps['acquireClip'] = async ({ index }) => {
      const { taskQueue } = activityInfo();
      queues[index]?.push(taskQueue);
      if (taskQueue === long) return acquiredClip;
      if (index === 1) await moved.pass();
      throw passing('OutOfMemory');
    };
    await withReel(
      environment,
      { acquireClip },
      async (reel) => {
        await until(async () => (await reel.progress()).clipsReady === 1);
        moved.open();
        await until(async () => (await reel.progress()).state !== 'running');
        expect(await reel.progress()).toMatchObject({ state: 'completed', error: null });
        // Of each clip: that the second one was begun before the first one had moved, nobody promises.
        expect(queues).toEqual([
          [short, long],
          [short, long],
        ]);
      },
      reelInput(2),
    );
  });

  it('leaves the decision to somebody where the long queue is no better', async () => {
    const joinReel: ReelSteps['joinReel'] = () => Promise.reject(passing('DiskFull'));
    await withReel(
      environment,
      { joinReel },
      async (reel) => {
        await until(async () => (await reel.progress()).state === 'needs_attention');
        expect(reel.queuesOf('joinReel')).toEqual([short, long]);
        expect((await reel.progress()).error).toMatchObject({ code: 'DiskFull', stage: 'join' });
        await reel.handle.cancel();
        expect(await failureOf(reel)).toBeInstanceOf(CancelledFailure);
      },
      reelInput(2),
    );
  });
});
