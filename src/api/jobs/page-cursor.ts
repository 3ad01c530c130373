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
  .meta({ description: '`nextCursor` of the page before.' });

const checkOf = (token: Buffer): Buffer =>
  createHash('sha256').update(token).digest().subarray(0, CHECK_BYTES);

/** The server's page token as a cursor for clients. */
export const cursorOf = (token: Buffer): string =>
  Buffer.concat([checkOf(token), token]).toString('base64url');

/**
 * The server's page token in a cursor. The server takes a mangled token for a fault of its own and is asked
 * again and again; so mangled ones are found here.
 *
 * @throws ClipScribeError InvalidInput for what is no cursor of ours
 */
export function tokenOf(cursor: string): Buffer {
  const bytes = Buffer.from(cursor, 'base64url');
  const token = bytes.subarray(CHECK_BYTES);
  if (token.length === 0 || !checkOf(token).equals(bytes.subarray(0, CHECK_BYTES))) {
    throw new ClipScribeError('InvalidInput', 'This cursor is not the `nextCursor` of a page.');
  }
  return token;
}
