import type { Readable } from 'node:stream';
import { ProxyAgent, request } from 'undici';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import type { Egress } from '../../ports/egress.ts';

/** One answer to a GET; its body must be read or destroyed. */
export interface HttpAnswer {
  /** Where the redirects ended. */
  readonly url: URL;
  /** 206: what was asked for; 200: all of the resource, whatever was asked for. */
  readonly status: 200 | 206;
  /** Where in the resource the body begins; of a multipart answer, its parts say so themselves. */
  readonly start: number;
  readonly totalBytes: number | null;
  /** Equal validators mean equal bytes: a strong ETag, or else the time of the last change. */
  readonly validator: string | null;
  readonly contentType: string | null;
  /** Several ranges were asked for and several came, each with a head of its own. */
  readonly isMultipart: boolean;
  /** The file name that the host gives, or the last part of the path. */
  readonly fileName: string;
  /** An Internet radio station, which has no end. */
  readonly isLive: boolean;
  readonly body: Readable;
}

export interface GetOptions {
  range?: ByteRange | { start: number } | readonly ByteRange[];
  /** The validator that the range must belong to; where it is another one, all of the resource is sent. */
  ifRange?: string | null;
  signal: AbortSignal;
}

export interface HttpClient {
  /**
   * Sends a GET and follows redirects, each of them checked.
   *
   * @throws ClipScribeError `InvalidUrl`, `AddressBlocked`, `HostUnreachable`, `VideoUnavailable`, `EmptyFile`
   *   (final), `RateLimited`, `NetworkFailure`, `DownloadStalled`
   */
  get(url: string, options: GetOptions): Promise<HttpAnswer>;
  /** What went wrong while a body was read, as a ClipScribeError; the reason where the signal aborted. */
  explain(error: unknown, signal: AbortSignal): unknown;
  /** Time from a request to its answer, of the fastest one so far: what a request costs this host at least. */
  fastestAnswerSeconds(): number;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

const MAX_REDIRECTS = 8;
const USER_AGENT = 'Mozilla/5.0 (compatible; ClipScribe)';

/** An HTTP client whose every byte goes through the egress proxy. */
export const openHttpClient = (egress: Egress, options: { stallTimeoutMs: number }): HttpClient => {
  const session = egress.openSession();
  const dispatcher = new ProxyAgent({ uri: session.proxyUrl, proxyTunnel: false });

  let fastestAnswerMs = Infinity;

  const explain = (error: unknown, signal: AbortSignal): unknown => {
    if (signal.aborted) return signal.reason;
    if (ClipScribeError.is(error)) return error;
    const refusal = session.failure();
    if (refusal !== undefined) return refusal;
    const stalled = (error as { code?: string }).code === 'UND_ERR_BODY_TIMEOUT';
    return stalled
      ? new ClipScribeError('DownloadStalled', 'No data came for a while.', { cause: error })
      : new ClipScribeError('NetworkFailure', 'The connection to the host broke.', { cause: error });
  };

  const sendOnce = async (url: URL, { range, ifRange, signal }: GetOptions) => {
    const startedAt = performance.now();
    try {
      const answer = await request(url, {
        dispatcher,
        signal,
        // Given here because ProxyAgent does not pass its own on to plain requests.
        headersTimeout: options.stallTimeoutMs,
        // Counts from byte to byte, so it is the time a transfer may stand still.
        bodyTimeout: options.stallTimeoutMs,
        headers: {
          'user-agent': USER_AGENT,
          accept: '*/*',
          // Byte ranges count encoded bytes, and media does not shrink.
          'accept-encoding': 'identity',
          ...(range && { range: rangeHeader(range) }),
          ...(range && ifRange ? { 'if-range': ifRange } : {}),
        },
      });
      fastestAnswerMs = Math.min(fastestAnswerMs, performance.now() - startedAt);
      return answer;
    } catch (error) {
      throw explain(error, signal);
    }
  };

  return {
    explain,
    fastestAnswerSeconds: () => fastestAnswerMs / 1_000,
    get: async (address, getOptions) => {
      let url = await egress.checkUrl(address);
      for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
        const { statusCode, headers, body } = await sendOnce(url, getOptions);
        const location = statusCode >= 300 && statusCode < 400 ? single(headers['location']) : null;
        if (location !== null && URL.canParse(location, url.href)) {
          body.on('error', () => undefined).destroy();
          url = await egress.checkUrl(new URL(location, url).href);
          continue;
        }
        if (statusCode !== 200 && statusCode !== 206) {
          body.on('error', () => undefined).destroy();
          // What the proxy refuses to a plain request arrives as an answer of the proxy's own.
          const refusal = headers['server'] === 'egress' ? session.failure() : undefined;
          throw refusal ?? statusFailure(statusCode, headers);
        }
        return readAnswer(url, { status: statusCode, headers, body }, getOptions.range);
      }
      throw new ClipScribeError('VideoUnavailable', 'The address redirects without end.');
    },
    close: async () => {
      session.close();
      await dispatcher.destroy();
    },
  };
};

type Headers = Record<string, string | string[] | undefined>;

const single = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

type WantedRange = NonNullable<GetOptions['range']>;

const rangeHeader = (range: WantedRange): string => {
  const ranges = Array.isArray(range) ? (range as readonly ByteRange[]) : [range as ByteRange];
  return `bytes=${ranges.map(({ start, endExclusive }) => `${start}-${endExclusive ? endExclusive - 1 : ''}`).join(',')}`;
};

const readAnswer = (
  url: URL,
  { status, headers, body }: { status: 200 | 206; headers: Headers; body: Readable },
  wanted: WantedRange | undefined,
): HttpAnswer => {
  const contentType = single(headers['content-type']);
  const isMultipart = status === 206 && /^multipart\/byteranges\b/i.test(contentType ?? '');
  const contentRange = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(single(headers['content-range']) ?? '');
  const wantedStart = wanted !== undefined && 'start' in wanted ? wanted.start : undefined;
  if (status === 206 && wantedStart !== undefined && Number(contentRange?.[1]) !== wantedStart) {
    body.on('error', () => undefined).destroy();
    throw new ClipScribeError('NetworkFailure', 'The host sent another part of the file than was asked for.');
  }
  const total = status === 206 ? contentRange?.[2]?.replace('*', '') : single(headers['content-length']);
  const etag = single(headers['etag']);
  return {
    url,
    status,
    start: Number(contentRange?.[1] ?? 0),
    totalBytes: /^\d+$/.test(total ?? '') ? Number(total) : null,
    validator: etag !== null && !etag.startsWith('W/') ? etag : single(headers['last-modified']),
    contentType,
    isMultipart,
    fileName: fileNameOf(url, single(headers['content-disposition'])),
    isLive: Object.keys(headers).some((name) => name.startsWith('icy-')),
    body,
  };
};

const fileNameOf = (url: URL, disposition: string | null): string => {
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition ?? '');
  const encoded = extended ?? plain?.[1] ?? plain?.[2] ?? url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
};

const statusFailure = (status: number, headers: Headers): ClipScribeError => {
  if (status === 416) return new ClipScribeError('EmptyFile', 'The host says that the file has no bytes.');
  if (status === 429 || status === 503) {
    const seconds = Number(single(headers['retry-after']) ?? Number.NaN);
    return new ClipScribeError('RateLimited', `The host answered ${status}.`, {
      ...(Number.isFinite(seconds) && { retryAfterSeconds: seconds }),
    });
  }
  return status >= 500 || status === 408 || status === 425
    ? new ClipScribeError('NetworkFailure', `The host answered ${status}.`)
    : new ClipScribeError('VideoUnavailable', `The host answered ${status} for this address.`);
};
