import { avg, count, desc } from 'drizzle-orm';
import type { Feedback, JobFeedback } from '../../ports/feedback.ts';
import type { Database } from './database.ts';
import { feedback } from './schema.ts';

/** Feedback in PostgreSQL. */
export class PostgresFeedback implements Feedback {
  readonly #db: Database;
  readonly #now: () => Date;

  constructor(db: Database, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  async give({ jobId, userId, rating, words }: Omit<JobFeedback, 'at'>): Promise<JobFeedback> {
    const newest = { rating, words, at: this.#now() };
    await this.#db
      .insert(feedback)
      .values({ jobId, userId, ...newest })
      .onConflictDoUpdate({ target: [feedback.jobId, feedback.userId], set: newest });
    return { jobId, userId, ...newest };
  }

  async newest(limit: number): Promise<JobFeedback[]> {
    return this.#db.select().from(feedback).orderBy(desc(feedback.at), desc(feedback.jobId)).limit(limit);
  }

  async summary(): Promise<{ count: number; meanRating: number | null }> {
    const [row] = await this.#db.select({ count: count(), mean: avg(feedback.rating) }).from(feedback);
    const mean = row?.mean ?? null;
    return { count: row?.count ?? 0, meanRating: mean === null ? null : Number(mean) };
  }
}
