import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reelSettingsSchema } from '../../src/domain/reel.ts';
import { failure } from '../support/scripted-activities.ts';
import { encodedPart, reelInput, withReel, type ReelSteps } from '../support/scripted-reel.ts';
import { startTemporal } from '../support/temporal-server.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

describe('a fade', () => {
  it('into a damaged clip becomes a cut, and the healthy clip before it stays', async () => {
    const encodePart: ReelSteps['encodePart'] = ({ part }) => {
      const isDamaged =
        part.kind === 'transition' ? part.into.clip === 1 : part.kind !== 'card' && part.stretch.clip === 1;
      return isDamaged ? Promise.reject(failure('CorruptMedia')) : Promise.resolve(encodedPart);
    };
    await withReel(
      environment,
      { encodePart },
      async (reel) => {
        const { notices } = await reel.handle.result();
        expect(notices).toContain('Clip 2 (clip 2) was left out: scripted CorruptMedia');
        expect(notices).toContain('Clip 1 is followed by clip 2 without a fade: scripted CorruptMedia');
        const [joined] = reel.inputsOf('joinReel');
        expect(joined?.clips.map(({ index }) => index)).toEqual([0, 2, 3]);
        expect(joined?.parts.some(({ part }) => part.kind === 'transition' && part.from.clip === 2)).toBe(
          true,
        );
        expect(await reel.progress()).toMatchObject({ clipsReady: 4, clipsSkipped: 1 });
      },
      reelInput(4, { settings: reelSettingsSchema.parse({ crossfadeSeconds: 1 }) }),
    );
  });
});

describe('loudness', () => {
  it.each([
    ['even', true],
    ['keep', false],
  ] as const)('that is to be %s is measured: %s', async (loudness, measures) => {
    await withReel(
      environment,
      {},
      async (reel) => {
        await reel.handle.result();
        const asked = reel.inputsOf('acquireClip').map(({ measuresLoudness }) => measuresLoudness);
        expect(asked).toEqual([measures, measures]);
      },
      reelInput(2, { settings: reelSettingsSchema.parse({ loudness }) }),
    );
  });
});
