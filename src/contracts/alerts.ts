import type { AnnounceEventInput } from './notifications.ts';

/** The workflow's type name, and the id of the schedule that starts it every hour. */
export const CHECK_ALERTS = 'checkAlerts';
export const ALERTS_SCHEDULE_ID = 'clipscribe-alerts';

export interface CheckAlertsInput {
  /** How many times it looks, once a minute. */
  looks: number;
}

/** What people are to be told of an incident. */
export interface IncidentNews {
  incidentId: string;
  what: 'opening' | 'end';
  announcement: AnnounceEventInput;
}

/** Steps on the service queue. */
export interface AlertActivities {
  /**
   * Looks at the installation once, and keeps what is wrong with it. May be repeated: news comes again until
   * `markTold` has been called for it.
   */
  lookForIncidents(): Promise<{ news: IncidentNews[] }>;
  /** Idempotent. */
  markTold(news: Pick<IncidentNews, 'incidentId' | 'what'>): Promise<void>;
}
