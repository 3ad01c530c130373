import { and, eq, lt, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/**
 * For lists that are the newest first: rows behind one of them, also where that is gone by now. All rows, where none
 * is named.
 */
export const isOlder = (
  { createdAt, id }: { createdAt: PgColumn; id: PgColumn },
  before: { createdAt: Date; id: string } | undefined,
): SQL | undefined =>
  before === undefined
    ? undefined
    : or(lt(createdAt, before.createdAt), and(eq(createdAt, before.createdAt), lt(id, before.id)));
