import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  clipOf,
  encodedPart,
  gate,
  measure,
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

test('parts that an earlier reel has left are not counted as encoded, nor as to be encoded', async () => {
  const last = gate();
  const encodePart: ReelSteps['encodePart'] = async (input) => {
    if (clipOf(input) === 2) await last.pass();
    return { ...encodedPart, measure: { ...measure, cached: clipOf(input) === 0 } };
  };
  await withReel(
    environment,
    { encodePart },
    async (reel) => {
      await until(async () => (await reel.progress()).secondsEncoded === 10);
      expect(await reel.progress()).toMatchObject({
        ...{ secondsToEncode: 20, estimatedCompletion: null },
        encodingSince: expect.any(String) as string,
      });
      last.open();
      await reel.handle.result();
      expect(await reel.progress()).toMatchObject({ secondsToEncode: 20, secondsEncoded: 20 });
    },
    reelInput(3),
  );
});
