import { ClipScribeError } from '../domain/errors.ts';
import type { Fetchable } from '../domain/kept-address.ts';
import type { SourceLocator } from '../domain/media.ts';
import type { ClipLocator } from '../domain/reel-clip.ts';
import { archivedKey } from '../domain/retention.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** An address, and where its secrets are kept if it is not whole. */
type Address = Pick<Extract<SourceLocator, { kind: 'url' }>, 'url' | 'keptAt'>;

/**
 * The whole address, for whoever is about to fetch from it.
 *
 * @throws ClipScribeError `AddressExpired` where it is no longer kept, and those of the store
 */
export async function wholeAddress(
  store: Pick<ArtifactStore, 'readCurrent'>,
  { url, keptAt }: Address,
): Promise<string> {
  if (keptAt === undefined) return url;
  return new TextDecoder().decode((await findKept(store, keptAt)).content);
}

/** A locator with its {@link wholeAddress}. */
export function fetchable(
  store: Pick<ArtifactStore, 'readCurrent'>,
  locator: SourceLocator,
): Promise<Fetchable<SourceLocator>>;
export function fetchable(
  store: Pick<ArtifactStore, 'readCurrent'>,
  locator: ClipLocator,
): Promise<Fetchable<ClipLocator>>;
export async function fetchable(
  store: Pick<ArtifactStore, 'readCurrent'>,
  locator: ClipLocator,
): Promise<Fetchable<ClipLocator>> {
  return locator.kind === 'url' ? { kind: 'url', url: await wholeAddress(store, locator) } : locator;
}

/**
 * Keeps an address for as long again as retention keeps what is new.
 *
 * @throws ClipScribeError `AddressExpired` where it is no longer kept, and those of the store
 */
export async function renewKeptAddress(
  store: Pick<ArtifactStore, 'readCurrent' | 'put'>,
  keptAt: string,
): Promise<void> {
  const { key, content } = await findKept(store, keptAt);
  await store.put(key, content);
}

/** The working files of a job that is completed have moved. */
async function findKept(
  store: Pick<ArtifactStore, 'readCurrent'>,
  keptAt: string,
): Promise<{ key: string; content: Uint8Array }> {
  for (const key of [keptAt, archivedKey(keptAt)]) {
    const found = await store.readCurrent(key);
    if (found !== undefined) return { key, content: found.content };
  }
  throw new ClipScribeError(
    'AddressExpired',
    'The link carried a secret, and is no longer kept: its time here is over.',
  );
}
