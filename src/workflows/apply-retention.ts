import { patched, proxyActivities } from '@temporalio/workflow';
import type { ActivityFunctionWithOptions } from '@temporalio/workflow';
import {
  REMOVE_EXPIRED_POLICY,
  RETENTION_SERVICE_POLICY,
  type ApplyRetentionInput,
  type RemoveExpiredInput,
  type RetentionActivities,
  type RetentionServiceActivities,
} from '../contracts/retention.ts';
import { RETENTION_AREAS, type RetentionCount, type RetentionResult } from '../domain/retention.ts';

const DAY_MS = 24 * 3600 * 1000;

const activities = proxyActivities<RetentionActivities>(REMOVE_EXPIRED_POLICY);
const service = proxyActivities<RetentionServiceActivities>(RETENTION_SERVICE_POLICY);

/**
 * Removes what is older than some days from the store, area by area, but for what open jobs need, and tells how much
 * that was (B3). Started by a schedule; can be started by hand at any time.
 */
export async function applyRetention({ days, dryRun }: ApplyRetentionInput): Promise<RetentionResult> {
  const storedBefore = new Date(Date.now() - days * DAY_MS).toISOString();
  const removeExpired = activities.removeExpired as unknown as ActivityFunctionWithOptions<
    (input: RemoveExpiredInput) => Promise<RetentionCount>
  >;
  const asksTheService = patched('keep-what-jobs-need');
  const needed = asksTheService ? await service.listNeeded() : undefined;
  const areas: RetentionCount[] = [];
  for (const area of RETENTION_AREAS) {
    const summary = `${dryRun ? 'count' : 'remove'} ${area} of before ${storedBefore.slice(0, 10)}`;
    areas.push(
      await removeExpired.executeWithOptions({ ...REMOVE_EXPIRED_POLICY, summary }, [
        { area, storedBefore, dryRun, needed },
      ]),
    );
  }
  if (asksTheService && !dryRun) await service.forgetMissingUploads();
  return { dryRun, storedBefore, areas };
}
