import { z } from '@hono/zod-openapi';
import { downloadStateSchema } from '../../domain/download-state.ts';
import { stopNoticeSchema } from '../../domain/emergency-stop.ts';
import { jobErrorSchema, jobProgressSchema, askedSettingsSchema, jobStateSchema } from '../../domain/job.ts';
import { JOB_KINDS, type JobKindName } from '../../domain/job-kinds.ts';
import { DEFAULT_PRIORITY } from '../../domain/priority.ts';
import { proposalProgressSchema } from '../../domain/proposal.ts';
import { reelProgressSchema } from '../../domain/reel.ts';
import { routeSchema } from '../../domain/route.ts';
import { uploadIdSchema } from '../../domain/upload.ts';
import { basisSchema, dateRangeSchema, secondsRangeSchema } from '../queue/estimate-schemas.ts';
import { notifyShape } from '../notifications/notify-shape.ts';
import { targetLanguageSchema, targetLanguagesSchema } from '../../domain/target-language.ts';

/** A user's own name for what belongs together. */
export const projectIdSchema = z.string().regex(/^[\w.-]{1,100}$/);

/** Body of `POST /api/jobs`. */
export const submissionSchema = z
  .strictObject({
    url: z.string().max(4096).optional().meta({
      description: 'Address of a video page or media file; `file:` on the local stack only.',
      example: 'https://example.org/talk.mp4',
    }),
    uploadId: uploadIdSchema
      .optional()
      .meta({ description: 'In place of `url`: a file that was sent as `POST /api/uploads` said.' }),
    priority: z.number().int().min(1).max(10).default(DEFAULT_PRIORITY).meta({
      description: 'From 1 to 10, 10 the most urgent.',
    }),
    language: askedSettingsSchema.shape.language.meta({
      description:
        'ISO 639 code of the spoken language, or `multi` where several are spoken in turn; detected when absent.',
      example: 'en',
    }),
    translateTo: z
      .union([targetLanguageSchema, targetLanguagesSchema])
      .optional()
      .meta({
        description: 'Languages that transcript and subtitles are translated into, as BCP 47 tags.',
        example: ['de', 'pt-BR'],
      }),
    options: z
      .strictObject({
        model: askedSettingsSchema.shape.model.meta({ description: 'Transcription model.' }),
        concurrency: askedSettingsSchema.shape.concurrency.meta({
          description: 'Chunks in flight at once, at most.',
        }),
        speakers: askedSettingsSchema.shape.speakers.meta({
          description: 'How many people speak, where it is known; found by ear when absent.',
        }),
        subtitles: askedSettingsSchema.shape.subtitles.meta({
          description: 'How subtitles are set; what is absent comes from the preset and the language.',
        }),
        download: askedSettingsSchema.shape.download.meta({
          description:
            '`worker`: the address is read by a download worker on a machine of the user, never by this installation.',
        }),
      })
      .optional(),
    projectId: projectIdSchema.optional().meta({
      description: 'Your name for what belongs together; `GET /api/projects/{id}/jobs` lists it.',
      example: 'spring-campaign',
    }),
    ...notifyShape,
    attach: z.boolean().default(false).meta({
      description:
        'Answer 200 with the job that already works on the same source with the same settings, if there is one.',
    }),
  })
  .refine(({ url, uploadId }) => (url === undefined) !== (uploadId === undefined), {
    error: 'Give either url or uploadId.',
  })
  .meta({ id: 'JobSubmission' });
export type Submission = z.infer<typeof submissionSchema>;

export const jobSchema = z
  .object({
    id: z.string().meta({ example: 'job_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    kind: z.enum(Object.keys(JOB_KINDS) as [JobKindName, ...JobKindName[]]),
    status: jobStateSchema,
    stage: z.string().meta({ description: 'A stage of the kind.' }),
    route: routeSchema,
    priority: z.number().int(),
    source: z.string().meta({
      description:
        'The address without its secrets, or the path; of a proposal, the job whose video is meant.',
    }),
    title: z.string().nullable().meta({ description: 'Of the video; null until the job has ended.' }),
    settings: z.record(z.string(), z.unknown()).meta({ description: 'As the kind has them.' }),
    durationSeconds: z.number().nullable(),
    createdAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof jobSchema>;

/** The emergency stop that holds all work. */
export const stopSchema = stopNoticeSchema
  .meta({ id: 'EmergencyStop' })
  .nullable()
  .meta({ description: 'The emergency stop that holds all work; null while work goes on.' });

/** A step that failed and is being tried again. */
export const retryingSchema = z
  .object({
    stage: z.string().nullable(),
    attempt: z.number().int().meta({ description: 'The attempt that runs or comes next, from 1.' }),
    code: z.string(),
    message: z.string(),
    nextAttemptAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Retrying' });

/** A step that a download worker of the user's has to do. */
export const downloadSchema = z
  .object({
    state: downloadStateSchema,
    message: z.string().meta({ description: 'For people.' }),
  })
  .meta({ id: 'DownloadOfJob' });

/** What the status of every kind of job has in place of `state` and `startedAt`. */
const statusFields = {
  jobId: z.string(),
  status: jobStateSchema,
  startedAt: z.iso.datetime().nullable().meta({ description: 'Null while the job waits in the queue.' }),
  queuePosition: z.number().int().nullable().meta({
    description: 'Among the waiting jobs of the token, 1 for the next one; null once its turn has come.',
  }),
  estimatedWaitSeconds: z.number().nullable().meta({
    description:
      'Until its turn comes, from how long recent jobs took and from what waits and runs; the median. Null while no worker runs.',
  }),
  estimatedWaitRange: secondsRangeSchema.nullable(),
  estimateBasis: basisSchema.nullable(),
  estimatedCompletionRange: dateRangeSchema.nullable(),
  error: jobErrorSchema.nullable(),
  retrying: retryingSchema.nullable(),
  download: downloadSchema.nullable(),
  stop: stopSchema,
};

export const videoStatusSchema = jobProgressSchema
  .omit({ state: true, startedAt: true })
  .extend({ kind: z.literal('videoIntelligence'), ...statusFields })
  .meta({ id: 'VideoStatus' });
export type VideoStatus = z.infer<typeof videoStatusSchema>;

const reelStatusSchema = reelProgressSchema
  .omit({ state: true, startedAt: true })
  .extend({ kind: z.literal('reelStitch'), ...statusFields })
  .meta({ id: 'ReelStatus' });

const proposalStatusSchema = proposalProgressSchema
  .omit({ state: true, startedAt: true })
  .extend({ kind: z.literal('reelPropose'), ...statusFields })
  .meta({ id: 'ProposalStatus' });

/** How far a job of any kind is. */
export const jobStatusSchema = z
  .discriminatedUnion('kind', [videoStatusSchema, reelStatusSchema, proposalStatusSchema])
  .meta({ id: 'JobStatus' });
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const jobParametersSchema = z.object({
  id: z.string().max(100).meta({ example: 'job_01jd3m0p4ye6v8xz2q5r7t9abc' }),
});

/** `Idempotency-Key`: the same key and body again do nothing new. */
export const idempotencyHeadersSchema = z.object({
  'idempotency-key': z.string().min(1).max(255).optional().meta({
    description: 'Chosen by the client; a repeated request with the same key changes nothing.',
  }),
});
