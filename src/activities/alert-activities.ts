import { typeid } from 'typeid-js';
import type { AlertActivities, IncidentNews } from '../contracts/alerts.ts';
import type { AlertFacts } from '../domain/alerts.ts';
import { alertEvent } from '../domain/alert-event.ts';
import { lookAt } from '../domain/incidents.ts';
import type { Incidents, UntoldIncident } from '../ports/incidents.ts';
import { withHeartbeat } from './activity-support.ts';

/** What looking for incidents needs from outside. */
export interface AlertDependencies {
  incidents: Incidents;
  /** What the installation is like now. */
  alertFacts: () => Promise<AlertFacts>;
  /** Whose webhooks are told. */
  ownerId: string;
  now?: () => Date;
}

/** See {@link AlertActivities}. */
export const createAlertActivities = ({
  incidents,
  alertFacts,
  ownerId,
  now = () => new Date(),
}: AlertDependencies): AlertActivities => ({
  lookForIncidents: () =>
    withHeartbeat(async () => {
      const [facts, known] = await Promise.all([alertFacts(), incidents.pending()]);
      const newId = (): string => typeid('incident').toString();
      await incidents.keep(lookAt(facts, known, { now: now(), newId }));
      const untold = await incidents.untold();
      return { news: untold.flatMap((incident) => newsOf(incident, ownerId)) };
    }),
  markTold: ({ incidentId, what }) => withHeartbeat(() => incidents.markTold(incidentId, what)),
});

function newsOf(incident: UntoldIncident, userId: string): IncidentNews[] {
  const { id, openedAt, endedAt, isOpeningTold } = incident;
  const of = (what: IncidentNews['what'], endedAt: Date | null): IncidentNews => ({
    ...{ incidentId: id, what },
    announcement: { eventId: `${id}-${what}`, userId, event: alertEvent(incident, { openedAt, endedAt }) },
  });
  return [...(isOpeningTold ? [] : [of('opening', null)]), ...(endedAt === null ? [] : [of('end', endedAt)])];
}
