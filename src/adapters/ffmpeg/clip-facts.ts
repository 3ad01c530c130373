import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import { clipFactsSchema, type ClipFacts, type Rational } from '../../domain/reel-clip.ts';
import { parseClock } from '../../domain/time.ts';

/** More tracks or larger pictures than any camera makes; such files are made to exhaust a decoder. */
const MAX_STREAMS = 32;
const MAX_PICTURE_PIXELS = 8_192 * 4_320;
/** Pictures of one clip whose times differ by less than this from an even rate come evenly. */
const RATE_TOLERANCE = 0.002;
/** Above it a rate is a clock, not a rate. */
const HIGHEST_RATE = 240;

const TRANSFERS: Readonly<Record<string, 'pq' | 'hlg'>> = { smpte2084: 'pq', 'arib-std-b67': 'hlg' };

const numberText = z
  .string()
  .optional()
  .transform((text) => {
    const value = Number(text ?? 'N/A');
    return Number.isFinite(value) ? value : null;
  });

const fractionText = z
  .string()
  .optional()
  .transform((text): Rational | null => {
    const [numerator = 0, denominator = 0] = (text ?? '').split(/[/:]/).map(Number);
    return numerator > 0 && denominator > 0 ? { numerator, denominator } : null;
  });

/** As Matroska's muxers write when a track ends, `00:01:12.621000000`, beside which there is no length of a track. */
const clockText = z
  .string()
  .optional()
  .transform((text) => (text === undefined ? null : (parseClock(text) ?? null)));

const streamSchema = z.object({
  codec_type: z.string().optional(),
  codec_name: z.string().default(''),
  profile: z.string().optional(),
  pix_fmt: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  sample_aspect_ratio: fractionText,
  has_b_frames: z.number().optional(),
  field_order: z.string().optional(),
  r_frame_rate: fractionText,
  avg_frame_rate: fractionText,
  time_base: fractionText,
  color_transfer: z.string().optional(),
  color_space: z.string().optional(),
  color_primaries: z.string().optional(),
  extradata_hash: z.string().optional(),
  nb_frames: numberText,
  duration: numberText,
  start_time: numberText,
  sample_rate: numberText,
  channels: z.number().optional(),
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  tags: z.object({ DURATION: clockText }).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});
type Stream = z.infer<typeof streamSchema>;

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ format_name: z.string(), duration: numberText }),
});

/** What ffprobe is to print for {@link parseClipFacts}; its hashes tell whether decoders' parameters are equal. */
export const CLIP_ENTRIES = [
  'format=format_name,duration',
  'stream=codec_type,codec_name,profile,pix_fmt,width,height,sample_aspect_ratio,has_b_frames,field_order,r_frame_rate,avg_frame_rate,time_base,color_transfer,color_space,color_primaries,extradata_hash,nb_frames,duration,start_time,sample_rate,channels',
  'stream_disposition=attached_pic',
  'stream_tags=DURATION',
  'stream_side_data=rotation',
].join(':');

/**
 * Reads what ffprobe printed of a clip.
 *
 * @throws ClipScribeError `CorruptMedia` where there is no picture or no duration, `UnsupportedMedia` for absurd
 *   facts
 */
export function parseClipFacts(output: string): ClipFacts {
  const { streams, format } = parseJson(output);
  if (streams.length > MAX_STREAMS) throw unsupported(`The clip has ${streams.length} tracks.`);
  const video = streams.find(
    ({ codec_type, disposition }) => codec_type === 'video' && !disposition?.attached_pic,
  );
  if (video?.width === undefined || video.height === undefined)
    throw new ClipScribeError('CorruptMedia', 'The clip has no picture.');
  if (video.width * video.height > MAX_PICTURE_PIXELS)
    throw unsupported(`The picture is ${video.width} by ${video.height} pixels, more than any camera makes.`);
  const audio = streams.find(({ codec_type }) => codec_type === 'audio');
  const durationSeconds =
    video.duration === null
      ? leastOf(format.duration, video.tags?.DURATION ?? null)
      : startOf(video, audio) + video.duration;
  if (durationSeconds === null || durationSeconds <= 0)
    throw new ClipScribeError('CorruptMedia', 'The clip does not tell how long it is.');
  const isMp4 = format.format_name.split(',').includes('mp4');
  return clipFactsSchema.parse({
    durationSeconds,
    video: { ...videoFacts(video), timescale: isMp4 ? (video.time_base?.denominator ?? null) : null },
    audio: audio === undefined ? null : audioFacts(audio),
    isPlainMp4: isMp4 && isPlain(streams, video, audio),
  });
}

const leastOf = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/** So long after the clip begins, its picture does. */
function startOf(video: Stream, audio: Stream | undefined): number {
  const start = video.start_time ?? 0;
  return start - Math.min(start, audio?.start_time ?? start);
}

function videoFacts(video: Stream) {
  const { avg_frame_rate: average, r_frame_rate: lowest } = video;
  const rate = average ?? lowest;
  const isEven =
    average !== null && lowest !== null && Math.abs(ratio(average) / ratio(lowest) - 1) < RATE_TOLERANCE;
  const turned = video.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const square = video.sample_aspect_ratio;
  return {
    codec: video.codec_name,
    profile: video.profile ?? null,
    pixelFormat: video.pix_fmt ?? '',
    width: video.width,
    height: video.height,
    // ffprobe counts counterclockwise, and below zero.
    rotation: (((-turned % 360) + 360) % 360) + 0,
    hasSquarePixels: square === null || square.numerator === square.denominator,
    isInterlaced: !['progressive', 'unknown', undefined].includes(video.field_order),
    frameRate: rate !== null && ratio(rate) <= HIGHEST_RATE ? (isEven ? lowest : rate) : null,
    hasVariableRate: !isEven,
    reorderedPictures: video.has_b_frames ?? 0,
    frameCount: video.nb_frames !== null && video.nb_frames > 0 ? video.nb_frames : null,
    dynamicRange: TRANSFERS[video.color_transfer ?? ''] ?? null,
    hasUntoldColours: [video.color_space, video.color_primaries].some(isUntold),
    parametersHash: video.extradata_hash ?? null,
  };
}

const isUntold = (colours: string | undefined): boolean => colours === undefined || colours === 'unknown';

const audioFacts = (audio: Stream) => ({
  codec: audio.codec_name,
  profile: audio.profile ?? null,
  sampleRateHz: audio.sample_rate ?? 48_000,
  channels: audio.channels || 2,
  parametersHash: audio.extradata_hash ?? null,
});

function isPlain(streams: readonly Stream[], video: Stream, audio: Stream | undefined): boolean {
  const expected = audio === undefined ? [video] : [video, audio];
  const inOrder =
    streams.length === expected.length && expected.every((stream, index) => streams[index] === stream);
  // An edit list that leaves pictures out would bring them back in a copy.
  return inOrder && expected.every(({ start_time }) => Math.abs(start_time ?? 0) < 0.001);
}

const ratio = ({ numerator, denominator }: Rational): number => numerator / denominator;

const unsupported = (message: string): ClipScribeError => new ClipScribeError('UnsupportedMedia', message);

function parseJson(output: string): z.infer<typeof probeSchema> {
  try {
    return probeSchema.parse(JSON.parse(output));
  } catch (cause) {
    throw new ClipScribeError('CorruptMedia', 'The clip is damaged; no description of it can be read.', {
      cause,
    });
  }
}
