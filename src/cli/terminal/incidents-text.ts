import type { IncidentView } from '../../api/alerts/incident-schemas.ts';
import { moment, plain, tableText } from './draw.ts';

/** Incidents as an administrator reads them: what to do comes with those that go on. */
export function incidentsText(incidents: readonly IncidentView[]): string {
  if (incidents.length === 0) return 'Nothing has been wrong.';
  const table = tableText([
    ['SINCE', 'UNTIL', 'SEVERITY', 'ALERT', 'WHAT'],
    ...incidents.map(({ openedAt, resolvedAt, severity, alert, summary }) => [
      ...[moment(openedAt), resolvedAt === null ? 'goes on' : moment(resolvedAt)],
      ...[severity, plain(alert), plain(summary)],
    ]),
  ]);
  const advice = incidents
    .filter(({ resolvedAt }) => resolvedAt === null)
    .map(({ alert, action }) => `${plain(alert)}: ${plain(action)}`);
  return [table, [...new Set(advice)].join('\n')].filter((part) => part !== '').join('\n\n');
}
