import { proxyActivities } from '@temporalio/workflow';
import type { ActivityFunctionWithOptions } from '@temporalio/workflow';
import {
  REMOVE_EXPIRED_POLICY,
  type ApplyRetentionInput,
  type RemoveExpiredInput,
  type RetentionActivities,
} from '../contracts/retention.ts';
import { RETENTION_AREAS, type RetentionCount, type RetentionResult } from '../domain/retention.ts';

const DAY_MS = 24 * 3600 * 1000;

const activities = proxyActivities<RetentionActivities>(REMOVE_EXPIRED_POLICY);

/**
 * Removes what is older than some days from the store, area by area, and tells how much that was (B3). Started by a
 * schedule; can be started by hand at any time.
 */
export async function applyRetention({ days, dryRun }: ApplyRetentionInput): Promise<RetentionResult> {
  const storedBefore = new Date(Date.now() - days * DAY_MS).toISOString();
  const removeExpired = activities.removeExpired as unknown as ActivityFunctionWithOptions<
    (input: RemoveExpiredInput) => Promise<RetentionCount>
  >;
  const areas: RetentionCount[] = [];
  for (const area of RETENTION_AREAS) {
    const summary = `${dryRun ? 'count' : 'remove'} ${area} of before ${storedBefore.slice(0, 10)}`;
    areas.push(
      await removeExpired.executeWithOptions({ ...REMOVE_EXPIRED_POLICY, summary }, [
        { area, storedBefore, dryRun },
      ]),
    );
  }
  return { dryRun, storedBefore, areas };
}
