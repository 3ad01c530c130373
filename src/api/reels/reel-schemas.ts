import { z } from '@hono/zod-openapi';
import { DEFAULT_PRIORITY } from '../../domain/priority.ts';
import { clipRequestSchema, type ClipRequest } from '../../domain/reel-clip.ts';
import { MAXIMUM_CLIPS, reelSettingsSchema } from '../../domain/reel.ts';
import { projectIdSchema } from '../jobs/job-schemas.ts';
import { notifyShape } from '../notifications/notify-shape.ts';

const settings = reelSettingsSchema.shape;

/** Body of `POST /api/reels` (R1). */
export const reelRequestSchema = z
  .strictObject({
    clips: z
      .array(clipRequestSchema)
      .max(MAXIMUM_CLIPS)
      .optional()
      .meta({
        description:
          'In the order of the reel. `source` is an http, https, gs, s3 or (local stack) file address, or the id of one of your jobs; `start` and `end` are seconds of it.',
        example: [{ source: 'job_01jd3m0p4ye6v8xz2q5r7t9abc', start: 12.5, end: 30, title: 'The answer' }],
      }),
    clipPaths: z
      .array(z.string().min(1).max(4096))
      .max(MAXIMUM_CLIPS)
      .optional()
      .meta({
        description: 'In place of `clips`: sources alone; a span as `#t=12.5,30`.',
        example: ['gs://clips/one.mp4', 'job_01jd3m0p4ye6v8xz2q5r7t9abc#t=12.5,30'],
      }),
    outputPath: z.string().min(1).max(4096).optional().meta({
      description: 'Where a copy of the reel goes: a gs, s3 or (local stack) file address.',
    }),
    projectId: projectIdSchema
      .optional()
      .meta({ description: 'Your name for what belongs together; one reel of a project is made at a time.' }),
    orientation: settings.orientation.meta({
      description: 'portrait 1080×1920, landscape 1920×1080, square 1080×1080',
    }),
    framing: settings.framing.meta({
      description: 'How clips of another shape fill the frame: with bars, cut off, or before a blurred copy.',
    }),
    compression: settings.compression,
    loudness: settings.loudness.meta({ description: '`even`: clips are equally loud (EBU R128, -16 LUFS).' }),
    crossfadeSeconds: settings.crossfadeSeconds.meta({ description: '0: cuts.' }),
    subtitles: settings.subtitles.meta({
      description: 'From the transcripts of the jobs that clips come from.',
    }),
    force_restart: z.boolean().default(false).meta({
      description: 'Cancel the reel of this project that is being made, and make this one.',
    }),
    priority: z.number().int().min(1).max(10).default(DEFAULT_PRIORITY).meta({
      description: 'From 1 to 10, 10 the most urgent.',
    }),
    ...notifyShape,
    jobId: z.string().min(1).max(200).optional().meta({
      description:
        "The caller's own name of this request, as an Idempotency-Key: the same again is the same reel, and another request is refused. The answer holds the reel's id.",
    }),
    retryAttempt: z.number().int().min(0).max(1000).default(0).meta({
      description: 'With `jobId`: another number asks for the reel again.',
    }),
    userId: z.string().max(200).optional().meta({
      description: 'Your own id, if any: a reel is made for whoever asks for it.',
    }),
  })
  .refine(({ clips, clipPaths }) => (clips === undefined) !== (clipPaths === undefined), {
    error: 'Give either clips or clipPaths.',
  })
  .meta({ id: 'ReelRequest' });
export type ReelRequest = z.infer<typeof reelRequestSchema>;

/** The clips of a request, however it names them. */
export const clipsOf = ({ clips, clipPaths = [] }: ReelRequest): ClipRequest[] =>
  clips ?? clipPaths.map((source) => ({ source }));
