import { ruleOf, summaryOf, type Incident } from './incidents.ts';
import type { AlertEvent } from './notification-event.ts';

/** The event of an incident that was opened or, where `endedAt` is given, is over. */
export function alertEvent(
  incident: Incident,
  { openedAt, endedAt }: { openedAt: Date; endedAt: Date | null },
): AlertEvent {
  const rule = ruleOf(incident);
  return {
    type: endedAt === null ? 'alert.opened' : 'alert.resolved',
    timestamp: (endedAt ?? openedAt).toISOString(),
    data: {
      id: incident.id,
      alert: incident.alert,
      severity: rule?.severity ?? 'warning',
      subject: incident.subject === '' ? null : incident.subject,
      summary: summaryOf(incident),
      action: rule?.action ?? '',
      openedAt: openedAt.toISOString(),
      resolvedAt: endedAt?.toISOString() ?? null,
    },
  };
}
