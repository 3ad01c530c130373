import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import type { MediaFacts } from '../../domain/media.ts';

/** More tracks or larger pictures than any real recording has; such files are made to exhaust a decoder. */
const MAX_STREAMS = 32;
const MAX_PICTURE_PIXELS = 8_192 * 4_320;
const MAX_TITLE_LENGTH = 500;

/** ffprobe prints durations as decimal strings, and `N/A` or nothing where it does not know. */
const secondsSchema = z
  .string()
  .optional()
  .transform((text) => {
    const seconds = Number(text ?? 'N/A');
    return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
  });

/** ffprobe prints rates as fractions, and `0/0` where it does not know. */
const rateSchema = z
  .string()
  .optional()
  .transform((text) => {
    const [numerator, denominator] = (text ?? '').split('/').map(Number);
    const rate = (numerator ?? NaN) / (denominator ?? NaN);
    return Number.isFinite(rate) && rate > 0 ? rate : undefined;
  });

const probeSchema = z.object({
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        codec_name: z.string().optional(),
        duration: secondsSchema,
        width: z.number().optional(),
        height: z.number().optional(),
        avg_frame_rate: rateSchema,
        disposition: z.object({ attached_pic: z.number().optional() }).optional(),
      }),
    )
    .default([]),
  format: z.object({
    format_name: z.string(),
    duration: secondsSchema,
    tags: z.object({ title: z.string().optional() }).optional(),
  }),
});

/**
 * Reads what ffprobe printed.
 *
 * @throws ClipScribeError `CorruptMedia` for output that is not a description of media, `UnsupportedMedia` for
 *   absurd facts
 */
export const parseProbeOutput = (output: string): MediaFacts => {
  const { streams, format } = parseJson(output);
  if (streams.length > MAX_STREAMS) {
    throw new ClipScribeError(
      'UnsupportedMedia',
      `The file has ${streams.length} tracks; at most ${MAX_STREAMS} are read.`,
    );
  }
  const huge = streams.find(({ width = 0, height = 0 }) => width * height > MAX_PICTURE_PIXELS);
  if (huge !== undefined) {
    throw new ClipScribeError(
      'UnsupportedMedia',
      `The picture is ${huge.width} by ${huge.height} pixels, more than any camera makes.`,
    );
  }
  const audio = streams.filter((stream) => stream.codec_type === 'audio');
  const video = streams.find(
    (stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1,
  );
  const streamSeconds = streams.map((stream) => stream.duration).filter((seconds) => seconds !== null);
  return {
    format: format.format_name,
    durationSeconds: format.duration ?? (streamSeconds.length > 0 ? Math.max(...streamSeconds) : null),
    hasAudio: audio.length > 0,
    hasVideo: video !== undefined,
    audioCodec: audio[0]?.codec_name ?? null,
    title: cleanTitle(format.tags?.title),
    ...(video?.avg_frame_rate === undefined ? {} : { frameRate: video.avg_frame_rate }),
  };
};

const parseJson = (output: string): z.infer<typeof probeSchema> => {
  try {
    return probeSchema.parse(JSON.parse(output));
  } catch (error) {
    throw new ClipScribeError('CorruptMedia', 'The file is damaged; no description of it can be read.', {
      cause: error,
    });
  }
};

/** Titles come from strangers and end in terminals and reports: one line, no control characters. */
const cleanTitle = (title: string | undefined): string | null => {
  const line = title
    ?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TITLE_LENGTH);
  return line === undefined || line === '' ? null : line;
};
