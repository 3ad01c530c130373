import type { BucketLocator, ClipLocator } from '../../domain/reel-clip.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { ClipMedia, ClipSource, FetchClipOptions } from '../../ports/clip-source.ts';
import type { Egress } from '../../ports/egress.ts';
import type { ReelTool, SourceSpan } from '../../ports/reel-tool.ts';
import type { Bucket } from '../bucket/bucket.ts';
import { openBucketClient } from './bucket-client.ts';
import { looksLikeMedia } from './create-direct-link-source.ts';
import { fetchStretch } from './fetch-stretch.ts';
import { openHttpClient, type HttpClient } from './http-client.ts';
import { openStoreClient } from './store-client.ts';

export interface ClipSourceDependencies {
  egress: Egress;
  store: ArtifactStore;
  /** Opens a bucket with the installation's credentials; which ones users may name is decided before. */
  openBucket: (location: Pick<BucketLocator, 'store' | 'bucket'>) => Promise<Bucket>;
  reelTool: Pick<ReelTool, 'locateStretch'>;
  /** Larger files are refused with `MediaTooLarge`. */
  maxBytes: number;
  /** A transfer in which no byte comes for so long has stalled. */
  stallTimeoutMs?: number;
}

/** By what they take. */
export type ClipSources = Readonly<Record<'uploads' | 'buckets' | 'links', ClipSource>>;

const DEFAULT_STALL_TIMEOUT_MS = 60_000;

/** What is read by ranges: links straight to media files, uploads, and objects of buckets. */
export const createClipSources = (dependencies: ClipSourceDependencies): ClipSources => {
  const { egress, store, openBucket, reelTool, maxBytes } = dependencies;
  const stallTimeoutMs = dependencies.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;

  const source = <Kind extends ClipLocator['kind']>(
    kind: Kind,
    open: (locator: Extract<ClipLocator, { kind: Kind }>) => Promise<{ client: HttpClient; url: string }>,
    accepts: (locator: Extract<ClipLocator, { kind: Kind }>, signal: AbortSignal) => Promise<boolean> = () =>
      Promise.resolve(true),
  ): ClipSource => {
    const isMine = (locator: ClipLocator): locator is Extract<ClipLocator, { kind: Kind }> =>
      locator.kind === kind;
    return {
      accepts: async (locator, { signal }) => isMine(locator) && accepts(locator, signal),
      fetch: async (
        locator: ClipLocator,
        span: SourceSpan,
        options: FetchClipOptions,
      ): Promise<ClipMedia> => {
        if (!isMine(locator)) throw new TypeError(`This is no ${kind}.`);
        const { client, url } = await open(locator);
        try {
          return await fetchStretch(client, url, span, { ...options, reelTool, maxBytes });
        } finally {
          await client.close();
        }
      },
    };
  };

  const openLink = (): HttpClient => openHttpClient(egress, { stallTimeoutMs });
  return {
    uploads: source('upload', ({ key, fileName }) =>
      Promise.resolve({ client: openStoreClient(store, key, fileName), url: `upload:${key}` }),
    ),
    buckets: source('bucket', async ({ store: kind, bucket, key }) => ({
      client: openBucketClient(await openBucket({ store: kind, bucket }), key),
      url: `${kind}://${bucket}/${encodeURIComponent(key)}`,
    })),
    links: source(
      'url',
      ({ url }) => Promise.resolve({ client: openLink(), url }),
      async ({ url }, signal) => {
        const client = openLink();
        try {
          return await looksLikeMedia(client, url, signal);
        } finally {
          await client.close();
        }
      },
    ),
  };
};
