import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const MAX_BREAKS_WITHOUT_PROGRESS = 3;
const FIRST_PAUSE_MS = 200;
/** A session that cannot be told of its end ends by itself. */
const GOODBYE_MS = 5_000;
/** What a session answers that waits for more bytes. */
const INCOMPLETE = 308;

/**
 * Sends a file to a session of Google's resumable uploads, and goes on where a connection broke. Not by the vendor's
 * stream: destroyed, it leaves its request open, and the session behind.
 *
 * @param session its address, which is a credential, too
 * @throws errors with the status as `code`, as the vendor's client does; the reason of the abort, when the session is
 *   no longer there
 */
export async function sendToSession(
  session: string,
  { filePath, bytes, signal }: { filePath: string; bytes: number; signal?: AbortSignal | undefined },
): Promise<void> {
  let position: number | undefined = 0;
  let breaks = 0;
  try {
    while (position !== undefined) {
      const before: number = position;
      try {
        const rest = { filePath, start: position, bytes };
        position = await put(session, rest, signal);
        if (position === before) throw new Error('The session has taken nothing of what was sent.');
      } catch (error) {
        if (!isPassing(error) || breaks === MAX_BREAKS_WITHOUT_PROGRESS) throw error;
        await delay(FIRST_PAUSE_MS * 2 ** breaks, undefined, { signal });
        position = await stored(session, bytes, signal).catch(() => before);
      }
      breaks = position === before ? breaks + 1 : 0;
    }
  } catch (error) {
    // Nothing lies in the bucket before the last byte has come; what has come would be kept for a week.
    const timeout = AbortSignal.timeout(GOODBYE_MS);
    await fetch(session, { method: 'DELETE', signal: timeout }).catch(() => undefined);
    signal?.throwIfAborted();
    throw error;
  }
}

/** @returns how much the session has; undefined when the object is there */
async function put(
  session: string,
  { filePath, start, bytes }: { filePath: string; start: number; bytes: number },
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const file = createReadStream(filePath, { start });
  try {
    const answer = await fetch(session, {
      method: 'PUT',
      headers: {
        'content-length': String(bytes - start),
        ...(bytes > 0 && { 'content-range': `bytes ${start}-${bytes - 1}/${bytes}` }),
      },
      body: Readable.toWeb(file) as ReadableStream,
      duplex: 'half',
      ...(signal && { signal }),
    });
    return await positionOf(answer);
  } finally {
    file.destroy();
  }
}

async function stored(
  session: string,
  bytes: number,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const answer = await fetch(session, {
    method: 'PUT',
    headers: { 'content-range': `bytes */${bytes}`, 'content-length': '0' },
    ...(signal && { signal }),
  });
  return positionOf(answer);
}

async function positionOf(answer: Response): Promise<number | undefined> {
  const body = await answer.text();
  if (answer.ok) return undefined;
  if (answer.status === INCOMPLETE) {
    const [, last] = /-(\d+)$/.exec(answer.headers.get('range') ?? '') ?? [];
    return last === undefined ? 0 : Number(last) + 1;
  }
  const told = failureSchema.safeParse(parse(body)).data?.error;
  throw Object.assign(new Error(told?.message ?? answer.statusText), {
    code: answer.status,
    errors: told?.errors ?? [],
  });
}

const failureSchema = z.object({
  error: z.object({
    message: z.string(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** A connection that broke has no status. */
const isPassing = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return typeof code !== 'number' || code === 408 || code === 429 || code >= 500;
};
