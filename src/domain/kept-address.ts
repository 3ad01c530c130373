import type { SourceLocator } from './media.ts';
import { publicUrl } from './public-url.ts';
import type { ClipLocator } from './reel-clip.ts';
import { jobFolder } from './retention.ts';

type UrlLocator = Extract<SourceLocator, { kind: 'url' }>;

/** The whole address of a source that carries secrets, and the key of the artifact store where it is kept. */
export interface KeptAddress {
  key: string;
  address: string;
}

/** A locator that media can be fetched by: nothing of its address is kept elsewhere. */
export type Fetchable<Locator extends ClipLocator> = Locator extends { kind: 'url' }
  ? { kind: 'url'; url: string; keptAt?: never }
  : Locator;

/**
 * Where the address of a job or batch is kept: with its working files, so that both end together. `clip` counts from 0.
 */
export const keptAddressKey = (userId: string, id: string, clip?: number): string =>
  `${jobFolder(userId, id)}/address${clip === undefined ? '' : `-${clip}`}`;

/**
 * A locator as it may stand in histories and in the database: of an address that carries secrets only what anybody may
 * see, and the key where the whole is to be kept. Other locators stay as they are.
 */
export function withKeptAddress<Locator extends Fetchable<ClipLocator>>(
  locator: Locator,
  key: string,
): { locator: Locator | UrlLocator; kept: KeptAddress[] } {
  if (locator.kind !== 'url') return { locator, kept: [] };
  const shown = publicUrl(locator.url);
  if (shown === null || shown === locator.url) return { locator, kept: [] };
  return {
    locator: { kind: 'url', url: shown, keptAt: key },
    kept: [{ key, address: locator.url }],
  };
}
