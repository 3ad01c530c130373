import type { ReelActivities } from '../contracts/reel-activities.ts';
import type { ReelOutput } from '../ports/reel-output.ts';
import { measured, withHeartbeat } from './activity-support.ts';

/** See {@link ReelActivities.checkOutput}. */
export const createCheckOutput =
  (reelOutput: ReelOutput): ReelActivities['checkOutput'] =>
  ({ output }) =>
    withHeartbeat(async () => {
      const { measure } = await measured(async () => {
        await reelOutput.check(output);
        return { cached: false };
      });
      return { measure };
    });
