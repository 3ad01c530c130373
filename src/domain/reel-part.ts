import { z } from 'zod';
import { rationalSchema } from './reel-clip.ts';

/** A stretch of a clip. Seconds of the clip's source. */
export const stretchSchema = z.object({
  /** Of the clip in the reel's list. */
  clip: z.number().int().nonnegative(),
  start: z.number().nonnegative(),
  /** Linear gain for its sound, in decibels. */
  gainDb: z.number(),
});
export type Stretch = z.infer<typeof stretchSchema>;

/** What encoders of cameras and ours do; more is rare. */
export const reorderedPicturesSchema = z.union([z.literal(0), z.literal(1), z.literal(2)]);

/** How all parts of one reel are made, so that they join without being encoded again. */
export const reelFormatSchema = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  frameRate: rationalSchema,
  /** Ticks a second of the picture's clock. */
  timescale: z.number().int().positive(),
  /** How many pictures are decoded before one that is shown earlier. */
  reorderedPictures: reorderedPicturesSchema,
});
export type ReelFormat = z.infer<typeof reelFormatSchema>;

/**
 * A piece of the reel, in order and without gaps. A part has a whole number of pictures, so that picture and sound
 * end together.
 *
 * - `copy`: a clip's picture as it is; only its sound may be made anew;
 * - `encode`: a stretch of a clip;
 * - `transition`: the end of one clip fades into the beginning of the next;
 * - `card`: a title.
 */
export const reelPartSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('copy'), stretch: stretchSchema, frames: z.number().int().positive() }),
  z.object({ kind: z.literal('encode'), stretch: stretchSchema, frames: z.number().int().positive() }),
  z.object({
    kind: z.literal('transition'),
    from: stretchSchema,
    into: stretchSchema,
    frames: z.number().int().positive(),
  }),
  z.object({ kind: z.literal('card'), title: z.string(), frames: z.number().int().positive() }),
]);
export type ReelPart = z.infer<typeof reelPartSchema>;

/** Seconds of so many pictures. */
export const secondsOf = (frames: number, { frameRate }: Pick<ReelFormat, 'frameRate'>): number =>
  (frames * frameRate.denominator) / frameRate.numerator;
