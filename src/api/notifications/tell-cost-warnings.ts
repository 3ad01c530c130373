import type { CostLedger, OwedWarning } from '../../ports/cost-ledger.ts';
import type { NotificationEvent } from '../../domain/notification-event.ts';
import { LOCAL_USER_ID } from '../caller.ts';
import type { NotificationClient } from './notification-client.ts';

/**
 * Tells people of ceilings that came near and that nobody was told of yet: each once in its day or month, also where
 * processes die in between.
 *
 * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable; they are told by the next run then
 */
export async function tellCostWarnings(costLedger: CostLedger, client: NotificationClient): Promise<void> {
  for (const warning of await costLedger.owedWarnings()) {
    const { scope, period, userId } = warning;
    await client.announce({
      eventId: `cost-warning-${scope}-${period}`,
      // What all jobs cost together concerns the owner of the installation.
      userId: userId ?? LOCAL_USER_ID,
      event: warningEvent(warning),
    });
    await costLedger.confirmWarned(warning);
  }
}

const warningEvent = ({ scope, period, usedUsd, limitUsd, at }: OwedWarning): NotificationEvent => ({
  type: 'cost.warning',
  timestamp: at.toISOString(),
  data: {
    id: scope,
    title: `$${usedUsd.toFixed(2)} of $${limitUsd.toFixed(2)} are spent that ${whoseOf(scope)} may cost ${periodText(period)}`,
    resultsUrl: null,
    durationSeconds: null,
    costUsd: usedUsd,
    videoCount: 0,
    error: null,
  },
});

/** Of a month, such as `2026-11`, or a day. */
const periodText = (period: string): string =>
  `${period.length === '2026-11'.length ? 'in' : 'on'} ${period} (UTC)`;

const whoseOf = (scope: string): string =>
  scope === 'installation' ? 'all jobs of the installation' : 'the jobs of this token';
