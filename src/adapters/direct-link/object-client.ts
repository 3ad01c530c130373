import type { Readable } from 'node:stream';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type { GetOptions, HttpAnswer, HttpClient } from './http-client.ts';

/** One version of an object of a storage. */
export interface OpenObject {
  bytes: number;
  /** Changes with the content. */
  version: string;
  read(range: ByteRange): Promise<Readable>;
}

/**
 * An object of a storage, asked for by ranges as a file of a web server is, so that it is read the way a link is:
 * audio first, resumable. Storages are reached by their own clients, not through the egress proxy.
 *
 * @param fileName as users know it
 * @param open looks the object up, once
 */
export const openObjectClient = (fileName: string, open: () => Promise<OpenObject>): HttpClient => {
  let object: OpenObject | undefined;
  let fastestAnswerMs = Infinity;
  return {
    get: async (url, { range, signal }): Promise<HttpAnswer> => {
      signal.throwIfAborted();
      const startedAt = performance.now();
      object ??= await open();
      const wanted = rangeWithin(object.bytes, range);
      const body = await object.read(wanted);
      fastestAnswerMs = Math.min(fastestAnswerMs, performance.now() - startedAt);
      return {
        url: new URL(url),
        status: 206,
        start: wanted.start,
        totalBytes: object.bytes,
        validator: object.version,
        contentType: null,
        isMultipart: false,
        fileName,
        isLive: false,
        body,
      };
    },
    explain: (error, signal) => (signal.aborted ? signal.reason : error),
    fastestAnswerSeconds: () => fastestAnswerMs / 1_000,
    close: () => Promise.resolve(),
  };
};

/** The one range that is sent: of several the first, as web servers may do, too. */
const rangeWithin = (bytes: number, range: GetOptions['range']): ByteRange => {
  const first = Array.isArray(range) ? (range as readonly ByteRange[])[0] : (range as ByteRange | undefined);
  const endExclusive = Math.min(first?.endExclusive ?? bytes, bytes);
  return { start: Math.min(first?.start ?? 0, endExclusive), endExclusive };
};
