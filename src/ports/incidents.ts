import type { Incident, Look } from '../domain/incidents.ts';

/** An incident of which people have not been told everything. */
export interface UntoldIncident extends Incident {
  openedAt: Date;
  isOpeningTold: boolean;
}

/**
 * Incidents of the installation. Every call rejects with ClipScribeError `DatabaseUnavailable` while the database
 * cannot be reached.
 */
export interface Incidents {
  /** All that have not ended, and conditions that hold, but not for long enough yet. */
  pending(): Promise<Incident[]>;
  /** Keeps what a look has found, all or nothing. An incident is there once for its alert and subject. */
  keep(look: Look): Promise<void>;
  /** Opened or ended, and people are not told of it; the oldest first, some of them. */
  untold(): Promise<UntoldIncident[]>;
  /** People are told of what an incident was like at that moment. Idempotent. */
  markTold(incidentId: string, what: 'opening' | 'end'): Promise<void>;
  /** Those that were opened, the newest first. */
  list(page: { limit: number; before: { openedAt: Date; id: string } | undefined }): Promise<Incident[]>;
  /** Removes what ended long ago. */
  sweep(): Promise<void>;
}
