import { ClipScribeError } from '../../domain/errors.ts';
import type { ArtifactStore, ByteRange, StoredObject } from '../../ports/artifact-store.ts';
import type { GetOptions, HttpAnswer, HttpClient } from './http-client.ts';

/**
 * An object of the artifact store, asked for by ranges as a file of a web server is, so that an upload is read the
 * way a link is: audio first, resumable. What is in the store is ours, so nothing goes through the egress proxy.
 *
 * @param fileName as the uploader called it
 */
export const openStoreClient = (store: ArtifactStore, key: string, fileName: string): HttpClient => {
  let object: StoredObject | undefined;
  let fastestAnswerMs = Infinity;
  return {
    get: async (url, { range, signal }): Promise<HttpAnswer> => {
      signal.throwIfAborted();
      const startedAt = performance.now();
      object ??= await store.inspect(key);
      if (object === undefined)
        throw new ClipScribeError('ArtifactMissing', 'The upload is no longer stored.');
      const wanted = rangeWithin(object.bytes, range);
      const body = await store.openVersion(object, wanted);
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
export const rangeWithin = (bytes: number, range: GetOptions['range']): ByteRange => {
  const first = Array.isArray(range) ? (range as readonly ByteRange[])[0] : (range as ByteRange | undefined);
  const endExclusive = Math.min(first?.endExclusive ?? bytes, bytes);
  return { start: Math.min(first?.start ?? 0, endExclusive), endExclusive };
};
