import { CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_QUERIES, JOB_SIGNALS, SEARCH_ATTRIBUTES } from '../../src/contracts/jobs.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { failure, untilCancelled } from '../support/scripted-activities.ts';
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

  it.each(['CorruptMedia', 'ArtifactMissing'] as const)(
    'are left out for %s, and a notice says so',
    async (code) => {
      const acquireClip: ReelSteps['acquireClip'] = ({ index }) =>
        index === 1 ? Promise.reject(failure(code)) : Promise.resolve(acquiredClip);
      await withReel(
        environment,
        { acquireClip },
        async (reel) => {
          const { notices } = await reel.handle.result();
          expect(notices).toEqual([`Clip 2 (clip 2) was left out: scripted ${code}`]);
          const [published] = reel.inputsOf('publishReel');
          expect(published).toMatchObject({ notices, clips: [{ index: 0 }, { index: 2 }] });
          expect(await reel.progress()).toMatchObject({ clipsReady: 2, clipsSkipped: 1 });
        },
        reelInput(3),
      );
    },
  );

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

  const output = { kind: 'bucket', store: 's3', bucket: 'reels', key: 'reel.mp4' } as const;

  it('comes before any work where the place that the reel is to go to is refused', async () => {
    await withReel(
      environment,
      { checkOutput: () => Promise.reject(failure('StorageDenied')) },
      async (reel) => {
        expect(await failureOf(reel)).toMatchObject({ type: 'StorageDenied' });
        expect(reel.inputsOf('checkOutput')).toEqual([{ output }]);
        expect(reel.inputsOf('acquireClip')).toEqual([]);
        expect((await reel.progress()).error).toMatchObject({ code: 'StorageDenied', stage: 'initialize' });
      },
      reelInput(2, { output }),
    );
  });

  it('comes at once where that place is refused only when the reel is there', async () => {
    await withReel(
      environment,
      { publishReel: () => Promise.reject(failure('StorageDenied')) },
      async (reel) => {
        expect(await failureOf(reel)).toMatchObject({ type: 'StorageDenied' });
        expect(await reel.progress()).toMatchObject({ state: 'failed', error: { stage: 'publish' } });
      },
      reelInput(2, { output }),
    );
  });

  it('waits for the owner of the installation where the results are refused', async () => {
    await withReel(
      environment,
      { publishReel: () => Promise.reject(failure('StorageDenied')) },
      async (reel) => {
        await until(async () => (await reel.progress()).state === 'needs_attention');
        expect(reel.inputsOf('checkOutput')).toEqual([]);
        await reel.handle.cancel();
        expect(await failureOf(reel)).toBeInstanceOf(CancelledFailure);
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

  it('goes on at another turn and on another queue from its next step on, when somebody changes it', async () => {
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
        await reel.handle.signal(JOB_SIGNALS.change, { priority: 10, route: 'long' });
        expect(await reel.progress()).toMatchObject({ route: 'long', stage: 'encode' });
        part.open();
        await reel.handle.result();
        expect(reel.queuesOf('encodePart')).toEqual([short, long]);
        expect(reel.queuesOf('joinReel')).toEqual([long]);
        // What it had on the host that it left is gone, too.
        expect(reel.queuesOf('removeScratch')).toEqual([short, long]);
        const { events } = await reel.handle.fetchHistory();
        const priorities = (events ?? []).flatMap(
          (event) => event.activityTaskScheduledEventAttributes?.priority?.priorityKey ?? [],
        );
        expect([priorities[0], priorities.at(-1)]).toEqual([3, 1]);
        expect(await reel.handle.query(JOB_QUERIES.input)).toMatchObject({ priority: 10, route: 'long' });
        const { typedSearchAttributes } = await reel.handle.describe();
        expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.priority)).toBe(10);
      },
      reelInput(2, { policy: { concurrency: 1 } }),
    );
  });

  it('begins on the route that somebody chose while it waited', async () => {
    await withReel(
      environment,
      {},
      async (reel) => {
        await reel.handle.result();
        expect(new Set(reel.queuesOf('acquireClip'))).toEqual(new Set([long]));
      },
      reelInput(2, { route: 'long' }),
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
