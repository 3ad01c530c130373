import { z } from 'zod';
import { jobStateSchema, progressOfJobSchema } from './job.ts';
import { routeSchema } from './route.ts';

/** The stages of a reel, in order (R2). */
export const REEL_STAGES = ['initialize', 'download', 'encode', 'join', 'publish'] as const;
export const reelStageSchema = z.enum(REEL_STAGES);
export type ReelStage = z.infer<typeof reelStageSchema>;

/** A clip that cannot be had may be left out; nothing else can. */
export const OPTIONAL_REEL_STAGES: readonly ReelStage[] = ['download'];

/** A reel is made of so many clips at least (R4), and at most. */
export const MINIMUM_CLIPS = 2;
export const MAXIMUM_CLIPS = 100;

export const orientationSchema = z.enum(['portrait', 'landscape', 'square']);
export type Orientation = z.infer<typeof orientationSchema>;

/** Pixels of a reel's picture. */
export const REEL_FRAMES: Readonly<Record<Orientation, { width: number; height: number }>> = {
  portrait: { width: 1080, height: 1920 },
  landscape: { width: 1920, height: 1080 },
  square: { width: 1080, height: 1080 },
};

/** `optimized`: small files; `fast`: quick; `lossless`: no loss that anybody sees, in large files. */
export const compressionSchema = z.enum(['optimized', 'fast', 'lossless']);
export type Compression = z.infer<typeof compressionSchema>;

/** What a user decides about a reel. */
export const reelSettingsSchema = z.object({
  orientation: orientationSchema.default('landscape'),
  /** How a clip of another shape fills the frame: with bars, by cutting its edges off, or before a blurred copy. */
  framing: z.enum(['fit', 'fill', 'blur']).default('fit'),
  compression: compressionSchema.default('optimized'),
  /** `even`: all clips are equally loud (EBU R128); `keep`: as they are. */
  loudness: z.enum(['even', 'keep']).default('even'),
  /** Clips fade into one another for so long; 0: cuts. */
  crossfadeSeconds: z.number().min(0).max(5).default(0),
  /** From the transcripts of the clips' jobs: as a track of the file, or drawn into the picture. */
  subtitles: z.enum(['none', 'attached', 'burned']).default('none'),
});
export type ReelSettings = z.infer<typeof reelSettingsSchema>;

/** The name of the finished video among the results. */
export const REEL_FILE = 'reel.mp4';

/** What only the steps under way can tell: the workflow knows of it when they are done. */
export const NOTHING_UNDER_WAY = { clipsArriving: 0, bytesArriving: 0, secondsJoined: 0 };

/** The answer of a reel's progress query. */
export const reelProgressSchema = z.object({
  ...progressOfJobSchema.shape,
  state: jobStateSchema,
  stage: reelStageSchema,
  route: routeSchema,
  /** Of the reel; null until all clips are known. */
  durationSeconds: z.number().nullable(),
  clipsTotal: z.number().int(),
  /** Brought here and found good. */
  clipsReady: z.number().int(),
  /** Left out; the notices say why. */
  clipsSkipped: z.number().int(),
  /**
   * Seconds of the reel that have to be encoded, and how many of them are done; not those that an earlier reel has
   * left.
   */
  secondsToEncode: z.number(),
  secondsEncoded: z.number(),
  /** When encoding began, later by as long as the reel was held; null before. */
  encodingSince: z.string().nullable(),
  /** What is here of the clips that are being brought, in clips: half of one is 0.5. */
  clipsArriving: z.number(),
  bytesArriving: z.number(),
  /** Seconds of the reel that are joined. */
  secondsJoined: z.number(),
});
export type ReelProgress = z.infer<typeof reelProgressSchema>;
