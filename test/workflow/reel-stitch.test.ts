import { activityInfo } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_SIGNALS } from '../../src/contracts/jobs.ts';
import type { EncodePartInput } from '../../src/contracts/reel-activities.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';
import { failure, untilCancelled } from '../support/scripted-activities.ts';
import {
  acquiredClip,
  encodedPart,
  gate,
  reelInput,
  withReel,
  type ReelSteps,
  type RunningReel,
} from '../support/scripted-reel.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const { short, long } = TASK_QUEUES;

/** Why a reel has ended without a result. */
async function failureOf({ handle }: RunningReel): Promise<unknown> {
  const error: unknown = await handle.result().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  return (error as WorkflowFailedError).cause;
}

/** A failure that Temporal would retry on the same queue, unless the step's policy says better. */
const passing = (code: ErrorCode): ApplicationFailure =>
  ApplicationFailure.create({ type: code, message: `scripted ${code}`, nonRetryable: false });

const clipOf = ({ part }: EncodePartInput): number => (part.kind === 'encode' ? part.stretch.clip : -1);

describe('the clips of a reel', () => {
  it('are acquired side by side, as many at once as allowed, and joined in their order', async () => {
    const others = gate();
    const first = gate();
    const acquireClip: ReelSteps['acquireClip'] = async ({ index }) => {
      await (index === 0 ? first : others).pass();
      return acquiredClip;
    };
    await withReel(
      environment,
      { acquireClip },
      async (reel) => {
        await until(() => first.running() === 1 && others.running() === 2);
        others.open();
        await until(async () => (await reel.progress()).clipsReady === 3);
        first.open();
        await expect(reel.handle.result()).resolves.toMatchObject({ durationSeconds: 40, notices: [] });
        expect(others.mostRunning()).toBe(2);
        const [joined] = reel.inputsOf('joinReel');
        expect(joined?.clips.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
        expect(await reel.progress()).toMatchObject({ state: 'completed', progress: 100, clipsReady: 4 });
      },
      reelInput(4),
    );
  });

  it('are left out where they are damaged, and a notice says so', async () => {
    const acquireClip: ReelSteps['acquireClip'] = ({ index }) =>
      index === 1 ? Promise.reject(failure('CorruptMedia')) : Promise.resolve(acquiredClip);
    await withReel(
      environment,
      { acquireClip },
      async (reel) => {
        const { notices } = await reel.handle.result();
        expect(notices).toEqual(['Clip 2 (clip 2) was left out: scripted CorruptMedia']);
        const [published] = reel.inputsOf('publishReel');
        expect(published).toMatchObject({ notices, clips: [{ index: 0 }, { index: 2 }] });
        expect(await reel.progress()).toMatchObject({ clipsReady: 2, clipsSkipped: 1 });
      },
      reelInput(3),
    );
  });

  it('are left out where they show only at encoding that they are damaged', async () => {
    const encodePart: ReelSteps['encodePart'] = (input) =>
      clipOf(input) === 1 ? Promise.reject(failure('CorruptMedia')) : Promise.resolve(encodedPart);
    await withReel(
      environment,
      { encodePart },
      async (reel) => {
        const { notices, durationSeconds } = await reel.handle.result();
        expect(notices).toEqual(['Clip 2 (clip 2) was left out: scripted CorruptMedia']);
        expect(durationSeconds).toBe(20);
        const [joined] = reel.inputsOf('joinReel');
        expect(joined?.clips.map(({ index }) => index)).toEqual([0, 2]);
        expect(joined?.parts.every(({ video }) => video !== null)).toBe(true);
        expect(await reel.progress()).toMatchObject({ clipsReady: 3, clipsSkipped: 1, secondsEncoded: 20 });
      },
      reelInput(3),
    );
  });

  it('are too few where fewer than two can be used', async () => {
    const acquireClip: ReelSteps['acquireClip'] = ({ index }) =>
      index === 0 ? Promise.resolve(acquiredClip) : Promise.reject(failure('VideoUnavailable'));
    await withReel(
      environment,
      { acquireClip },
      async (reel) => {
        expect(await failureOf(reel)).toMatchObject({
          type: 'InsufficientClips',
          message: 'Of the clips one can be used; a reel needs 2.',
        });
        expect(reel.inputsOf('encodePart')).toEqual([]);
        const { state, error, notices } = await reel.progress();
        expect(state).toBe('failed');
        expect(error).toMatchObject({ code: 'InsufficientClips', stage: 'download' });
        // Side by side, either may be the first to fail.
        expect(notices.toSorted()).toEqual([
          'Clip 2 (clip 2) was left out: scripted VideoUnavailable',
          'Clip 3 (clip 3) was left out: scripted VideoUnavailable',
        ]);
      },
      reelInput(3),
    );
  });

  it('are not even acquired where one is all that was asked for', async () => {
    await withReel(
      environment,
      {},
      async (reel) => {
        expect(await failureOf(reel)).toMatchObject({ type: 'InsufficientClips' });
        expect(reel.inputsOf('acquireClip')).toEqual([]);
      },
      reelInput(1),
    );
  });
});

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

  it('sends on also the steps that it fails after the reel has moved', async () => {
    const moved = gate();
    const acquireClip: ReelSteps['acquireClip'] = async ({ index }) => {
      if (activityInfo().taskQueue === long) return acquiredClip;
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
        expect(reel.queuesOf('acquireClip')).toEqual([short, short, long, long]);
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

describe('the end of a reel before its time', () => {
  it('comes at once where a storage refuses a clip, and cancels the clips in hand', async () => {
    let cancelled = false;
    const refused = gate();
    const acquireClip: ReelSteps['acquireClip'] = async ({ index }) => {
      if (index === 1) {
        refused.open();
        return untilCancelled().finally(() => {
          cancelled = true;
        });
      }
      await refused.pass();
      throw failure('StorageDenied');
    };
    await withReel(
      environment,
      { acquireClip },
      async (reel) => {
        expect(await failureOf(reel)).toMatchObject({ type: 'StorageDenied' });
        expect(cancelled).toBe(true);
        expect(await reel.progress()).toMatchObject({
          state: 'failed',
          error: { code: 'StorageDenied', message: 'scripted StorageDenied', stage: 'download' },
        });
      },
      reelInput(2),
    );
  });

  it('reaches the running steps when it is cancelled, and removes scratch files', async () => {
    await withReel(
      environment,
      { encodePart: untilCancelled },
      async (reel) => {
        await until(() => reel.inputsOf('encodePart').length === 2);
        await reel.handle.cancel();
        expect(await failureOf(reel)).toBeInstanceOf(CancelledFailure);
        expect(reel.calls.slice(-2).map(({ activity }) => activity)).toEqual([
          'removeScratch',
          'recordOutcome',
        ]);
        expect((await reel.progress()).state).toBe('cancelled');
        expect((await reel.handle.describe()).status.name).toBe('CANCELLED');
      },
      reelInput(2),
    );
  });
});

describe('a reel that is held or loses its worker', () => {
  it('finishes the part in hand while it is paused, and begins the next one when it is resumed', async () => {
    const part = gate();
    const encodePart: ReelSteps['encodePart'] = async () => {
      await part.pass();
      return encodedPart;
    };
    await withReel(
      environment,
      { encodePart },
      async (reel) => {
        await until(() => part.running() === 1);
        await reel.handle.signal(JOB_SIGNALS.pause);
        expect((await reel.progress()).state).toBe('paused');
        part.open();
        await until(async () => (await reel.progress()).secondsEncoded === 10);
        expect((await reel.progress()).state).toBe('paused');
        await reel.handle.signal(JOB_SIGNALS.resume);
        await reel.handle.result();
        expect(reel.inputsOf('encodePart').map(clipOf)).toEqual([0, 1]);
        const { events } = await reel.handle.fetchHistory();
        const resumed =
          events?.findLastIndex((event) => event.workflowExecutionSignaledEventAttributes) ?? -1;
        const begun = events?.flatMap((event, index) =>
          event.activityTaskScheduledEventAttributes?.activityType?.name === 'encodePart' ? [index] : [],
        );
        expect(begun?.map((index) => index > resumed)).toEqual([false, true]);
      },
      reelInput(2, { policy: { concurrency: 1 } }),
    );
  });

  it('encodes no part again that is done when its worker is replaced', async () => {
    const second = gate();
    const encodePart: ReelSteps['encodePart'] = async (input) => {
      if (clipOf(input) === 1) await second.pass();
      return encodedPart;
    };
    await withReel(
      environment,
      { encodePart },
      async (reel) => {
        await until(() => second.running() === 1);
        await reel.replaceWorkflowWorker();
        // Answered from the history alone.
        expect(await reel.progress()).toMatchObject({ stage: 'encode', clipsReady: 3, secondsEncoded: 10 });
        second.open();
        await reel.handle.result();
        expect(reel.inputsOf('acquireClip').map(({ index }) => index)).toEqual([0, 1, 2]);
        expect(reel.inputsOf('encodePart').map(clipOf)).toEqual([0, 1, 2]);
      },
      reelInput(3, { policy: { concurrency: 1 } }),
    );
  });
});
