import { sign, verify } from 'hono/jwt';
import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import { longestVideoSchema } from '../../domain/tiers.ts';

/** What a task token says. Temporal's own token names any step of anybody, so it never leaves us unsigned. */
const claimsSchema = z.object({
  use: z.literal('download-task'),
  userId: z.string(),
  kind: z.enum(['metadata', 'audio', 'playlist']),
  /** The job or batch. */
  id: z.string(),
  attempt: z.number().int(),
  startedAtMs: z.number(),
  /** By the tier of the job's user. */
  longestVideo: longestVideoSchema.optional(),
  /** Temporal's, in base64. */
  temporal: z.string(),
});
export type TaskClaims = Omit<z.infer<typeof claimsSchema>, 'use'>;

export const signTask = (claims: TaskClaims, key: string): Promise<string> =>
  sign({ use: 'download-task', ...claims }, key, 'HS256');

/** @throws ClipScribeError NotFound for a token that is forged, or was given to another user */
export async function readTask(token: string, userId: string, key: string): Promise<TaskClaims> {
  const claims = claimsSchema.safeParse(await verify(token, key, 'HS256').catch(() => undefined));
  if (!claims.success || claims.data.userId !== userId) throw noSuchTask();
  return claims.data;
}

export const noSuchTask = (cause?: unknown): ClipScribeError =>
  new ClipScribeError('NotFound', 'There is no such download task, or it is over.', { cause });
