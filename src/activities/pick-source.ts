import { ClipScribeError } from '../domain/errors.ts';
import type { Fetchable } from '../domain/kept-address.ts';
import type { SourceLocator } from '../domain/media.ts';
import type { VideoSource } from '../ports/video-source.ts';

/**
 * The first source that takes a locator; they are asked in order, from the most special to the most general.
 *
 * @throws ClipScribeError `UnsupportedSite`
 */
export async function pickSource(
  sources: readonly VideoSource[],
  locator: Fetchable<SourceLocator>,
  signal: AbortSignal,
): Promise<VideoSource> {
  for (const source of sources) {
    if (await source.accepts(locator, { signal })) return source;
  }
  throw new ClipScribeError('UnsupportedSite', 'No video was found at this address.');
}
