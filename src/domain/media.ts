import { z } from 'zod';

/**
 * Where a video comes from. A `file` is readable on the worker's own host only; a `url` is untrusted; an `upload` lies
 * in the artifact store. A `url` with `keptAt` is what anybody may see of an address that carries secrets: the whole
 * lies under that key of the artifact store.
 */
export const sourceLocatorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string().min(1) }),
  z.object({
    kind: z.literal('url'),
    url: z.url({ protocol: /^https?$/ }),
    keptAt: z.string().min(1).optional(),
  }),
  z.object({ kind: z.literal('upload'), key: z.string().min(1), fileName: z.string().min(1) }),
]);
export type SourceLocator = z.infer<typeof sourceLocatorSchema>;

/** A chapter mark that the publisher of the video set. Seconds from the start. */
export const sourceChapterSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  title: z.string(),
});

/**
 * What is known of a video before its media is downloaded (H1). Every field but `title` may be unknown:
 * pages lie, and live pages have no duration.
 */
export const videoMetadataSchema = z.object({
  id: z.string().nullable(),
  title: z.string(),
  /** The page or file as users may see it: no credentials, no query secrets. */
  url: z.string().nullable(),
  channel: z.string().nullable(),
  durationSeconds: z.number().nonnegative().nullable(),
  /** BCP-47, as the publisher says; the spoken language is detected later. */
  language: z.string().nullable(),
  /** RFC 3339 date or date-time. */
  uploadedAt: z.string().nullable(),
  chapters: z.array(sourceChapterSchema).max(500),
  thumbnailUrl: z.string().nullable(),
  isLive: z.boolean(),
  /**
   * Equal fingerprints mean equal media, so that the same video is acquired once: a file's path, size and modification
   * time; a link's URL or an upload's key with its ETag or Last-Modified and length; a page's extractor, id and
   * duration. Null where the source cannot tell.
   */
  fingerprint: z.string().max(2000).nullable(),
  ageLimit: z.number().int().nonnegative().nullable(),
  /** Pictures a second, as the media itself tells; pages round it, so theirs is not taken. Absent where not known. */
  frameRate: z.number().positive().optional(),
});
export type VideoMetadata = z.infer<typeof videoMetadataSchema>;

/** What ffprobe says of a media file. */
export const mediaFactsSchema = z.object({
  /** ffprobe's demuxer name, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  format: z.string(),
  durationSeconds: z.number().nonnegative().nullable(),
  hasAudio: z.boolean(),
  hasVideo: z.boolean(),
  audioCodec: z.string().nullable(),
  title: z.string().nullable(),
  /** Pictures a second, on average; absent where there is no video, or the container does not tell. */
  frameRate: z.number().positive().optional(),
});
export type MediaFacts = z.infer<typeof mediaFactsSchema>;

/** All audio inside ClipScribe is mono signed 16-bit little-endian PCM at this rate, Whisper's own. */
export const SAMPLE_RATE_HZ = 16_000;
export const BYTES_PER_SECOND = SAMPLE_RATE_HZ * 2;
