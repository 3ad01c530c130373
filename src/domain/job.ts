import { z } from 'zod';
import { SEVERAL_LANGUAGES } from './language.ts';
import { routeSchema } from './route.ts';
import { subtitleSettingsSchema } from './subtitle-settings.ts';
import { englishName, targetLanguagesSchema } from './target-language.ts';

/** The stages of a video job, in order. The names appear in results, search attributes and `redo --from`. */
export const STAGES = [
  'metadata',
  'acquire',
  'transcribe',
  'merge',
  'speakers',
  'corrections',
  'entities',
  'graph',
  'report',
  'translate',
  'subtitles',
  'publish',
] as const;
export const stageNameSchema = z.enum(STAGES);
export type StageName = z.infer<typeof stageNameSchema>;

/** Stages that a user may skip when they are out of retries; the results then say so. */
export const OPTIONAL_STAGES: readonly StageName[] = [
  'metadata',
  'speakers',
  'entities',
  'graph',
  'report',
  'translate',
];

export const jobStateSchema = z.enum([
  'queued',
  'running',
  'paused',
  'needs_attention',
  'completed',
  'failed',
  'cancelled',
]);
export type JobState = z.infer<typeof jobStateSchema>;

/** States from which a job does not move on. */
export const isTerminal = (state: JobState): state is 'completed' | 'failed' | 'cancelled' =>
  state === 'completed' || state === 'failed' || state === 'cancelled';

const speakerNumberSchema = z.number().int().min(1).max(100).optional();
const speakerCountSchema = z.strictObject({
  exactly: speakerNumberSchema,
  minimum: speakerNumberSchema,
  maximum: speakerNumberSchema,
});

/** What a user may set on a job, and change with `retry --set`. */
export const jobSettingsSchema = z.object({
  /** ISO 639-1, or `multi` where several are spoken in turn; absent: detected and held, see `LanguageSwitching`. */
  language: z
    .string()
    .regex(/^([a-z]{2,3}|multi)$/, { error: 'Write a language as en, or multi for several.', abort: true })
    .optional(),
  /** Transcription model; absent: the installation's default for the job's value class (H3). */
  model: z.string().min(1).max(200).optional(),
  /** How many chunks may be in flight at once. */
  concurrency: z.number().int().min(1).max(64).optional(),
  /** How many people speak, where it is known; found by ear when absent. */
  speakers: speakerCountSchema.optional(),
  /** Languages that transcript and subtitles are translated into. */
  translateTo: targetLanguagesSchema.optional(),
  /** How subtitles are set. */
  subtitles: subtitleSettingsSchema.optional(),
  /** Who downloads from an address: the user's own download worker (B2); absent: the installation's workers. */
  download: z.literal('worker').optional(),
});
export type JobSettings = z.infer<typeof jobSettingsSchema>;

const isLanguage = (code: string): boolean => code === SEVERAL_LANGUAGES || englishName(code) !== undefined;

/** Settings that somebody asks for: they must make sense, which what is stored since long need not. */
export const askedSettingsSchema = jobSettingsSchema.extend({
  language: jobSettingsSchema.shape.language
    .unwrap()
    .refine(isLanguage, { error: 'There is no such language.' })
    .optional(),
  speakers: speakerCountSchema
    .refine(({ minimum = 1, maximum = Infinity }) => minimum <= maximum, {
      error: 'The minimum of speakers is above the maximum.',
    })
    .optional(),
});

/** Those that decide what is found in a video, as opposed to what is made of it. */
export const listeningSettingsSchema = jobSettingsSchema.pick({
  language: true,
  model: true,
  speakers: true,
});

/** Settings with some changed. Groups are changed member by member: `subtitles.maxLines` leaves the others. */
export const changedSettings = (settings: JobSettings, changes: JobSettings): JobSettings => ({
  ...settings,
  ...changes,
  ...(changes.subtitles && { subtitles: { ...settings.subtitles, ...changes.subtitles } }),
});

/** Why a job waits for somebody, or failed. `message` is one sentence for the user. */
export const jobErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** A stage of the job's kind; null where it is not known. */
  stage: z.string().nullable(),
});
export type JobError = z.infer<typeof jobErrorSchema>;

/** What every kind of job tells of its advance; a kind adds its own stages and counts. */
export const progressOfJobSchema = z.object({
  state: jobStateSchema,
  stage: z.string(),
  /** 0–100 over the whole job. */
  progress: z.number().min(0).max(100),
  title: z.string().nullable(),
  startedAt: z.iso.datetime(),
  /** Null until something was measured. */
  estimatedCompletion: z.iso.datetime().nullable(),
  error: jobErrorSchema.nullable(),
  notices: z.array(z.string()),
});
export type ProgressOfJob = z.infer<typeof progressOfJobSchema>;

/** The answer of a video job's progress query, rendered alike by CLI, API and dashboard. */
export const jobProgressSchema = z.object({
  ...progressOfJobSchema.shape,
  stage: stageNameSchema,
  route: routeSchema,
  durationSeconds: z.number().nullable(),
  /** Seconds of the video whose audio is there. */
  acquiredSeconds: z.number(),
  acquireComplete: z.boolean(),
  chunksTotal: z.number().int(),
  chunksDone: z.number().int(),
  /** Of those done, how many came from the stage cache. */
  chunksCached: z.number().int(),
  transcribedSeconds: z.number(),
  /** Parts of the transcript that the stage works on, for the stages that divide it. */
  windowsTotal: z.number().int(),
  windowsDone: z.number().int(),
});
export type JobProgress = z.infer<typeof jobProgressSchema>;
