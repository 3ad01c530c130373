import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { ClipScribeError } from '../../domain/errors.ts';

const CHECK_BYTES = 6;

/** A cursor as a query has it. */
export const cursorSchema = z
  .string()
  .max(4096)
  .regex(/^[\w-]*$/, 'This is no `nextCursor` of a page')
  .optional()
  .meta({ description: '`nextCursor` of the page before, of the same list with the same filters.' });

/** Of rows that are listed newest first: behind which one the next page begins. */
export const rowPositionSchema = z.object({ createdAt: z.coerce.date(), id: z.string() });

/** Of rows whose ids are in the order of the list. */
export const idPositionSchema = z.string().max(200);

/** Where pages of one list end and begin, as texts for clients. */
export interface PageCursors<Position> {
  /** @param position with or without what else is known there; undefined on the last page */
  after(position: Position | undefined): string | null;
  /**
   * @param cursor undefined for the first page
   * @throws ClipScribeError InvalidInput for what is no cursor of this list
   */
  position(cursor: string | undefined): Position | undefined;
}

/**
 * The cursors of a list. Each is checked to be of this list: a position in another one may well have the same shape,
 * and Temporal takes a page token that is not of its query for a fault of its own.
 *
 * @param list names the list with all that chooses its rows; the user, by whom all lists are filtered, need not be in
 *   it
 */
export function pageCursors<Position>(
  list: readonly string[],
  positionSchema: z.ZodType<Position>,
): PageCursors<Position> {
  const checkOf = (position: Buffer): Buffer =>
    createHash('sha256').update(JSON.stringify(list)).update(position).digest().subarray(0, CHECK_BYTES);
  return {
    after: (position) => {
      if (position === undefined) return null;
      const bytes = Buffer.from(JSON.stringify(positionSchema.parse(position)));
      return Buffer.concat([checkOf(bytes), bytes]).toString('base64url');
    },
    position: (cursor) => {
      if (cursor === undefined) return undefined;
      const bytes = Buffer.from(cursor, 'base64url');
      const position = bytes.subarray(CHECK_BYTES);
      const isOfThisList = checkOf(position).equals(bytes.subarray(0, CHECK_BYTES));
      const parsed = positionSchema.safeParse(isOfThisList ? readJson(position) : undefined);
      if (parsed.success) return parsed.data;
      throw new ClipScribeError(
        'InvalidInput',
        'This cursor is not the `nextCursor` of a page of this list with these filters.',
      );
    },
  };
}

/** The row behind which the next page of a list begins; undefined where this page is the last. */
export const lastOf = <Row>(rows: readonly Row[], limit: number): Row | undefined =>
  rows.length < limit ? undefined : rows.at(-1);

/** Undefined for what is no JSON. */
function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
