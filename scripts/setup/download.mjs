/** Files from the web, each checked against a hash that is part of the project. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Long enough for a slow connection to answer, short enough that a closed one costs no patience. */
const ANSWER_TIMEOUT_MS = 8_000;
const TRANSFER_TIMEOUT_MS = 10 * 60_000;

/**
 * Downloads a file. What does not have the expected hash is removed again.
 *
 * @param {string} url
 * @param {string} file
 * @param {string} sha256
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} why it failed, in a few words; undefined: done
 * @throws when the signal was aborted
 */
export async function downloadVerified(url, file, sha256, signal) {
  const host = new URL(url).hostname;
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(), ANSWER_TIMEOUT_MS);
  try {
    const signals = [signal, unanswered.signal, AbortSignal.timeout(TRANSFER_TIMEOUT_MS)];
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) return `${host} answers ${response.status}`;
    const hash = createHash('sha256');
    const body = Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body));
    body.on('data', (chunk) => hash.update(chunk));
    await pipeline(body, createWriteStream(file));
    if (hash.digest('hex') === sha256) return undefined;
    await rm(file, { force: true });
    return `what ${host} sent has the wrong checksum`;
  } catch (error) {
    signal.throwIfAborted();
    await rm(file, { force: true });
    const cause = /** @type {{ cause?: { code?: string } }} */ (error).cause?.code;
    return `${host} cannot be reached${cause === undefined ? '' : `: ${cause}`}`;
  } finally {
    clearTimeout(timer);
  }
}
