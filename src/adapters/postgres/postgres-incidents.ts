import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Incident, Look } from '../../domain/incidents.ts';
import type { Incidents, UntoldIncident } from '../../ports/incidents.ts';
import type { Database } from './database.ts';
import { incidents } from './incident-schema.ts';
import { isOlder } from './newest-first.ts';

const KEPT_FOR_MS = 365 * 24 * 3600 * 1000;
/** Told of at one time. */
const MOST_UNTOLD = 20;

/** Incidents in PostgreSQL. */
export class PostgresIncidents implements Incidents {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async pending(): Promise<Incident[]> {
    const rows = await this.#db.select().from(incidents).where(isNull(incidents.endedAt));
    return rows.map(incidentOf);
  }

  async keep({ changed, passed }: Look): Promise<void> {
    if (changed.length + passed.length === 0) return;
    await this.#db.transaction(async (tx) => {
      const ids = passed.map(({ id }) => id);
      if (ids.length > 0)
        await tx.delete(incidents).where(and(inArray(incidents.id, ids), isNull(incidents.openedAt)));
      for (const incident of changed)
        await tx
          .insert(incidents)
          .values({ ...incident, told: 'nothing' })
          .onConflictDoUpdate({ target: incidents.id, set: incident });
    });
  }

  async untold(): Promise<UntoldIncident[]> {
    const rows = await this.#db
      .select()
      .from(incidents)
      .where(
        and(
          isNotNull(incidents.openedAt),
          or(eq(incidents.told, 'nothing'), and(isNotNull(incidents.endedAt), ne(incidents.told, 'end'))),
        ),
      )
      .orderBy(asc(incidents.openedAt), asc(incidents.id))
      .limit(MOST_UNTOLD);
    return rows.map((row) => ({
      ...incidentOf(row),
      openedAt: row.openedAt as Date,
      isOpeningTold: row.told !== 'nothing',
    }));
  }

  async markTold(incidentId: string, what: 'opening' | 'end'): Promise<void> {
    // A late word of the opening does not undo that of the end.
    const told =
      what === 'end' ? 'end' : sql`case when ${incidents.told} = 'end' then 'end' else 'opening' end`;
    await this.#db.update(incidents).set({ told }).where(eq(incidents.id, incidentId));
  }

  async list({ limit, before }: Parameters<Incidents['list']>[0]): Promise<Incident[]> {
    const { openedAt, id } = incidents;
    const behind = before && { createdAt: before.openedAt, id: before.id };
    const rows = await this.#db
      .select()
      .from(incidents)
      .where(and(isNotNull(openedAt), isOlder({ createdAt: openedAt, id }, behind)))
      .orderBy(desc(openedAt), desc(id))
      .limit(limit);
    return rows.map(incidentOf);
  }

  async sweep(): Promise<void> {
    const before = new Date(this.#now().getTime() - KEPT_FOR_MS);
    await this.#db.delete(incidents).where(lt(incidents.endedAt, before));
  }
}

const incidentOf = ({ told: _told, ...incident }: typeof incidents.$inferSelect): Incident => incident;
