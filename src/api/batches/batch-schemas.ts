import { z } from '@hono/zod-openapi';
import {
  BATCH_PRIORITY,
  batchCountsSchema,
  batchItemStateSchema,
  batchStateSchema,
} from '../../domain/batch.ts';
import { jobErrorSchema, jobSettingsSchema } from '../../domain/job.ts';
import { submissionSchema } from '../jobs/job-schemas.ts';
import { notifyShape } from '../notifications/notify-shape.ts';

const MAXIMUM_LINES = 20_000;

/** Body of `POST /api/batches`. */
export const batchSubmissionSchema = z
  .strictObject({
    playlistUrl: submissionSchema.shape.url.meta({
      description: 'In place of `urls`: a playlist, channel or feed whose videos are listed first.',
      example: 'https://example.org/playlist',
    }),
    urls: z
      .array(z.string().max(4096))
      .min(1)
      .max(MAXIMUM_LINES)
      .optional()
      .meta({
        description:
          'The lines of a list. Blank lines and those that begin with `#` are left out; if any other is no address, nothing is accepted.',
        example: ['https://example.org/talk-1', 'https://example.org/talk-2'],
      }),
    name: z.string().min(1).max(200).optional().meta({ description: 'For people.', example: 'urls.txt' }),
    ...notifyShape,
    priority: z.number().int().min(1).max(10).default(BATCH_PRIORITY).meta({
      description: 'Of every job, from 1 to 10. Unasked, single jobs go before those of batches.',
    }),
    language: submissionSchema.shape.language,
    translateTo: submissionSchema.shape.translateTo,
    options: submissionSchema.shape.options,
  })
  .refine(({ urls, playlistUrl }) => (urls === undefined) !== (playlistUrl === undefined), {
    error: 'Give either urls or playlistUrl.',
  })
  .meta({ id: 'BatchSubmission' });
export type BatchSubmission = z.infer<typeof batchSubmissionSchema>;

export const batchSchema = z
  .object({
    id: z.string().meta({ example: 'batch_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    name: z.string().nullable(),
    playlist: z.string().nullable().meta({ description: 'Its address without secrets.' }),
    status: batchStateSchema,
    progress: z.number().int().meta({ description: '0–100: the share of videos that have ended.' }),
    counts: batchCountsSchema,
    summary: z.string().meta({ example: '47 of 50 videos completed · 3 failed' }),
    priority: z.number().int(),
    settings: jobSettingsSchema,
    createdAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
    error: jobErrorSchema.nullable().meta({ description: 'Why its list could not be made.' }),
  })
  .meta({ id: 'Batch' });

export const batchItemSchema = z
  .object({
    number: z.number().int().meta({ description: 'Its place in the batch, from 1.' }),
    line: z.number().int().meta({ description: 'Its line in the list, from 1.' }),
    source: z.string().meta({ description: 'The address without its secrets, or the path.' }),
    title: z.string().nullable(),
    status: batchItemStateSchema,
    jobId: z
      .string()
      .nullable()
      .meta({ description: 'Null until its turn comes, and where it was refused.' }),
    attached: z.boolean().meta({ description: 'The user had this job before.' }),
    durationSeconds: z.number().nullable(),
    costUsd: z.number(),
    error: jobErrorSchema.nullable(),
  })
  .meta({ id: 'BatchItem' });

export const batchParametersSchema = z.object({
  id: z.string().max(100).meta({ example: 'batch_01jd3m0p4ye6v8xz2q5r7t9abc' }),
});
