import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import { cleanTitle } from '../../domain/source-title.ts';
import type { Playlist } from '../../domain/playlist.ts';

const LONGEST_ADDRESS = 4096;

/** What we read of an entry; there is much more, and all of it is a stranger's. */
interface Entry {
  url?: string | null | undefined;
  webpage_url?: string | null | undefined;
  title?: string | null | undefined;
  entries?: (Entry | null)[] | null | undefined;
}
const text = z.string().nullish().catch(null);
const entrySchema: z.ZodType<Entry> = z.lazy(() =>
  z.object({
    ...{ url: text, webpage_url: text, title: text },
    entries: z.array(entrySchema.nullable()).nullish(),
  }),
);

/**
 * Reads the description that `--flat-playlist --dump-single-json` prints. Lists within lists, such as the tabs of a
 * channel, become one.
 *
 * @throws ClipScribeError `UnsupportedSite` where no entry has an address, `ToolCrashed` for what is no description
 */
export function parsePlaylist(json: string, address: string): Playlist {
  const document = entrySchema.safeParse(tryParse(json));
  if (!document.success)
    throw new ClipScribeError('ToolCrashed', 'yt-dlp gave no description of the page.', {
      cause: document.error,
    });
  const { title, entries } = document.data;
  const found = entries ? flat(entries) : [{ url: address, title }];
  const videos = found.flatMap((entry) => {
    const url = addressOf(entry);
    return url === undefined ? [] : [{ url, title: entry.title ? cleanTitle(entry.title) : null }];
  });
  if (videos.length === 0)
    throw new ClipScribeError('UnsupportedSite', 'No video was found at this address.');
  return { title: title ? cleanTitle(title) : null, entries: videos };
}

const flat = (entries: readonly (Entry | null)[]): Entry[] =>
  entries.flatMap((entry) => (entry === null ? [] : entry.entries ? flat(entry.entries) : [entry]));

/** The page of a video rather than its media, whose address runs out. */
const addressOf = ({ webpage_url, url }: Entry): string | undefined =>
  [webpage_url, url].flatMap((text) => {
    if (!text || text.length > LONGEST_ADDRESS || !URL.canParse(text)) return [];
    const parsed = new URL(text);
    const isUsable = /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
    parsed.hash = '';
    return isUsable ? [parsed.href] : [];
  })[0];

function tryParse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
