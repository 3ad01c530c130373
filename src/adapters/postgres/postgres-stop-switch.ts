import { and, eq, isNull } from 'drizzle-orm';
import type { StopEvent, StopSwitch } from '../../ports/stop-switch.ts';
import type { Database } from './database.ts';
import { LOCKS, lock } from './locks.ts';
import { stopEvents } from './schema.ts';
import { lastStopEvent } from './stop-state.ts';

/** The emergency stop in PostgreSQL: a list of stops and their ends, of which the last one holds. */
export class PostgresStopSwitch implements StopSwitch {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async last(): Promise<StopEvent | undefined> {
    const row = await lastStopEvent(this.#db);
    return row === undefined ? undefined : eventOf(row);
  }

  async stop(order: { by: string; reason: string }): Promise<{ event: StopEvent; changed: boolean }> {
    const { row, changed } = await this.#change('stop', order);
    if (row === undefined) throw new Error('A stop that was just written is missing.');
    return { event: eventOf(row), changed };
  }

  async resume({ by }: { by: string }): Promise<boolean> {
    return (await this.#change('resume', { by, reason: '' })).changed;
  }

  async confirmTold(number: number): Promise<void> {
    await this.#db
      .update(stopEvents)
      .set({ toldAt: this.#now() })
      .where(and(eq(stopEvents.id, number), isNull(stopEvents.toldAt)));
  }

  /** Waits for what is just being accepted or given its turn, and writes the event unless it holds already. */
  async #change(
    action: StopEvent['action'],
    { by, reason }: { by: string; reason: string },
  ): Promise<{ row: StopRow | undefined; changed: boolean }> {
    return this.#db.transaction(async (tx) => {
      await lock(tx, LOCKS.stop);
      const last = await lastStopEvent(tx);
      if ((last?.action ?? 'resume') === action) return { row: last, changed: false };
      const [row] = await tx
        .insert(stopEvents)
        .values({ action, actor: by, reason, at: this.#now() })
        .returning();
      return { row, changed: true };
    });
  }
}

type StopRow = typeof stopEvents.$inferSelect;

const eventOf = ({ id, action, actor, reason, at, toldAt }: StopRow): StopEvent => ({
  number: id,
  action: action === 'stop' ? 'stop' : 'resume',
  by: actor,
  reason,
  at,
  toldAt,
});
