import { z } from 'zod';
import { artifactRefSchema } from './artifact.ts';
import { sourceLocatorSchema } from './media.ts';

/** An object in a bucket that the installation may read clips from. */
export const bucketLocatorSchema = z.object({
  kind: z.literal('bucket'),
  store: z.enum(['gs', 's3']),
  bucket: z.string().min(1),
  key: z.string().min(1),
});
export type BucketLocator = z.infer<typeof bucketLocatorSchema>;

/** Where the media of a clip lies; a `file` is readable on the worker's own host only. */
export const clipLocatorSchema = z.discriminatedUnion('kind', [
  ...sourceLocatorSchema.options,
  bucketLocatorSchema,
]);
export type ClipLocator = z.infer<typeof clipLocatorSchema>;

const secondsSchema = z.number().nonnegative();

/**
 * A clip as users ask for it. `source` is an address (`https:`, `gs:`, `s3:`, `file:`) or the id of a job, whose
 * video is meant; a fragment `#t=12.5,30` (W3C Media Fragments) says the same as `start` and `end`.
 */
export const clipRequestSchema = z
  .strictObject({
    source: z.string().min(1).max(4096),
    /** Seconds from the start of the source; absent: its beginning. */
    start: secondsSchema.optional(),
    /** Absent: the end of the source. */
    end: secondsSchema.optional(),
    /** Shown on a card before the clip. */
    title: z.string().trim().min(1).max(200).optional(),
  })
  .refine(({ start = 0, end = Infinity }) => start < end, { error: 'A clip ends after it starts.' });
export type ClipRequest = z.infer<typeof clipRequestSchema>;

/** A clip as a reel is made of it. */
export const reelClipSchema = z.object({
  /** For people: the address without its secrets, or the job. */
  name: z.string().max(1000),
  locator: clipLocatorSchema,
  /** Seconds of the source. */
  start: secondsSchema,
  /** Null: the end of the source. */
  end: secondsSchema.nullable(),
  title: z.string().nullable(),
  /** What is said in the source, for subtitles; null where ClipScribe has not heard it. */
  transcript: artifactRefSchema.nullable(),
});
export type ReelClip = z.infer<typeof reelClipSchema>;

/** A fraction such as a frame rate of 30000/1001 a second. */
export const rationalSchema = z.object({
  numerator: z.number().int().positive(),
  denominator: z.number().int().positive(),
});
export type Rational = z.infer<typeof rationalSchema>;

/** What of a clip's picture decides whether it can be copied, and how it has to be converted. */
export const clipVideoSchema = z.object({
  codec: z.string(),
  profile: z.string().nullable(),
  pixelFormat: z.string(),
  /** As stored. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Degrees clockwise by which players turn the picture: 0, 90, 180 or 270. */
  rotation: z.number(),
  hasSquarePixels: z.boolean(),
  isInterlaced: z.boolean(),
  /** Null where the container does not tell. */
  frameRate: rationalSchema.nullable(),
  /** Whether its pictures come at irregular times. */
  hasVariableRate: z.boolean(),
  /** How many pictures are decoded before one that is shown earlier. */
  reorderedPictures: z.number().int().nonnegative(),
  /** How many pictures it has, where the container tells. */
  frameCount: z.number().int().positive().nullable(),
  /** Ticks a second of the track's clock; null for containers other than MP4. */
  timescale: z.number().int().positive().nullable(),
  /** Transfer function of high dynamic range, null for ordinary pictures. */
  dynamicRange: z.enum(['pq', 'hlg']).nullable(),
  /** Whether the file tells no more of its colours than that; cameras mean those of BT.2020 then. */
  hasUntoldColours: z.boolean().optional(),
  /** Equal where the decoder's parameter sets are equal. */
  parametersHash: z.string().nullable(),
});
export type ClipVideo = z.infer<typeof clipVideoSchema>;

export const clipAudioSchema = z.object({
  codec: z.string(),
  profile: z.string().nullable(),
  sampleRateHz: z.number().int().positive(),
  channels: z.number().int().positive(),
  parametersHash: z.string().nullable(),
});
export type ClipAudio = z.infer<typeof clipAudioSchema>;

/** What ffprobe says of a clip. */
export const clipFactsSchema = z.object({
  durationSeconds: z.number().positive(),
  video: clipVideoSchema,
  /** The first audio track; null: a silent clip. */
  audio: clipAudioSchema.nullable(),
  /**
   * Whether it is an MP4 that holds the picture first, the sound second where there is one, and nothing else, and
   * begins with its first picture: such a file can be joined to others as it is.
   */
  isPlainMp4: z.boolean(),
});
export type ClipFacts = z.infer<typeof clipFactsSchema>;

/** Loudness over a clip (EBU R128); `integratedLufs` null where it is silent. */
export const loudnessSchema = z.object({
  integratedLufs: z.number().nullable(),
  truePeakDb: z.number().nullable(),
});
export type Loudness = z.infer<typeof loudnessSchema>;
