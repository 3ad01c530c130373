import type { ServiceActivities } from '../contracts/service-activities.ts';
import { headroomUsd, isNear, isReached, spendingText } from '../domain/cost-ceilings.ts';
import type { CostLedger } from '../ports/cost-ledger.ts';
import { withHeartbeat } from './activity-support.ts';

/** See {@link ServiceActivities.reportCosts}. */
export const createReportCosts =
  (costLedger: CostLedger): ServiceActivities['reportCosts'] =>
  (report) =>
    withHeartbeat(async () => {
      const spendings = await costLedger.report(report);
      const now = new Date();
      const reached = spendings.find(isReached);
      return {
        leftUsd: headroomUsd(spendings),
        reached: reached === undefined ? null : spendingText(reached, now),
        near: spendings.filter(isNear).map((spending) => ({
          ceiling: `${spending.scope} ${spending.period}`,
          warning: `A cost ceiling is near. ${spendingText(spending, now)}`,
        })),
      };
    });
