import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import type { VideoMetadata } from '../../domain/media.ts';
import { publicUrl } from '../../domain/public-url.ts';
import { cleanTitle } from '../../domain/source-title.ts';

const MAX_CHAPTERS = 500;

/** A field that is of another kind than it should be is a field that the page does not tell. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

/** What we read of yt-dlp's description of a video; there is much more, and all of it is a stranger's. */
const infoSchema = z.object({
  id: optional(z.string().max(500)),
  title: optional(z.string()),
  webpage_url: optional(z.string()),
  extractor_key: optional(z.string()),
  channel: optional(z.string()),
  uploader: optional(z.string()),
  duration: optional(z.number().nonnegative()),
  language: optional(z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i)),
  timestamp: optional(z.number().min(0).max(8.64e12)),
  upload_date: optional(z.string().regex(/^\d{8}$/)),
  chapters: optional(z.array(z.unknown())),
  thumbnail: optional(z.string()),
  is_live: optional(z.boolean()),
  live_status: optional(z.string()),
  age_limit: optional(z.number().int().nonnegative()),
  protocol: optional(z.string()),
  url: optional(z.url({ protocol: /^https?$/ })),
});
type Info = z.infer<typeof infoSchema>;

const chapterSchema = z.object({
  start_time: z.number().nonnegative(),
  end_time: z.number().nonnegative(),
  title: z.string(),
});

const documentSchema = z.union([
  z.object({
    _type: z.literal('playlist'),
    entries: z.array(infoSchema.nullable()),
    playlist_count: z.number().nullish(),
  }),
  infoSchema,
]);

export interface PageVideo {
  metadata: VideoMetadata;
  /** The HLS playlist of a page that does not say whether it is live; else null. */
  uncertainPlaylistUrl: string | null;
}

/**
 * Reads the description that `--dump-single-json` prints.
 *
 * @throws ClipScribeError `UnsupportedSite` for pages with no video or with several, `ToolCrashed` for what is no
 *   description
 */
export const parseInfo = (json: string, address: string): PageVideo => {
  const document = documentSchema.safeParse(tryParse(json));
  if (!document.success) {
    throw new ClipScribeError('ToolCrashed', 'yt-dlp gave no description of the page.', {
      cause: document.error,
    });
  }
  if (!('entries' in document.data)) return toPageVideo(document.data, address);
  const entries = document.data.entries.filter((entry) => entry !== null);
  const [only] = entries;
  if (only === undefined) throw new ClipScribeError('UnsupportedSite', 'There is no video on this page.');
  if (entries.length > 1) {
    const count = document.data.playlist_count ?? 'several';
    throw new ClipScribeError(
      'UnsupportedSite',
      `There are ${count} videos on this page; give the address of one.`,
    );
  }
  return toPageVideo(only, address);
};

const tryParse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

const NOT_ENDED = new Set(['is_live', 'is_upcoming', 'post_live']);
/** Extractors that read any page: their ids are made up from the address. */
const GENERIC_EXTRACTORS = new Set(['Generic', 'HTML5MediaEmbed']);

const toPageVideo = (info: Info, address: string): PageVideo => {
  const uncertain =
    GENERIC_EXTRACTORS.has(info.extractor_key ?? '') && info.protocol?.startsWith('m3u8') === true;
  return { metadata: toMetadata(info, address), uncertainPlaylistUrl: uncertain ? (info.url ?? null) : null };
};

const toMetadata = (info: Info, address: string): VideoMetadata => ({
  id: info.id ?? null,
  title: cleanTitle(titleOf(info)),
  url: publicUrl(info.webpage_url ?? address),
  channel: shortLine(info.channel ?? info.uploader),
  durationSeconds: info.duration ?? null,
  language: info.language ?? null,
  uploadedAt: uploadedAt(info),
  chapters: (info.chapters ?? [])
    .flatMap((chapter) => chapterSchema.safeParse(chapter).data ?? [])
    .slice(0, MAX_CHAPTERS)
    .map(({ start_time: start, end_time: end, title }) => ({ start, end, title: cleanTitle(title) })),
  thumbnailUrl: info.thumbnail ? publicUrl(info.thumbnail) : null,
  isLive: info.is_live === true || NOT_ENDED.has(info.live_status ?? ''),
  fingerprint: fingerprintOf(info),
  ageLimit: info.age_limit ?? null,
});

/** yt-dlp numbers the media elements of a page, also where there is one. */
const titleOf = ({ title, extractor_key }: Info): string =>
  extractor_key === 'HTML5MediaEmbed' ? (title ?? '').replace(/ \(1\)$/, '') : (title ?? '');

const shortLine = (text: string | null | undefined): string | null => (text ? cleanTitle(text) : null);

const uploadedAt = ({ timestamp, upload_date }: Info): string | null => {
  if (typeof timestamp === 'number') return new Date(timestamp * 1_000).toISOString();
  return upload_date?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') ?? null;
};

const fingerprintOf = ({ extractor_key, id, duration }: Info): string | null => {
  if (!extractor_key || !id || !duration || GENERIC_EXTRACTORS.has(extractor_key)) return null;
  return createHash('sha256')
    .update(JSON.stringify([extractor_key, id, duration]))
    .digest('hex');
};
