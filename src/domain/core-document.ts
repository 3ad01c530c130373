import { z } from 'zod';
import { correctionOutcomeSchema } from './corrections.ts';
import { entitySchema, relationSchema } from './knowledge.ts';
import { overlapSchema } from './overlaps.ts';
import { momentSchema } from './proposal.ts';
import { suspectRangeSchema } from './quality.ts';
import { speakerSchema } from './speakers.ts';
import { segmentSchema } from './transcript.ts';

/** One stage's record in core.json and manifest.json. */
export const stageRecordSchema = z.object({
  name: z.string(),
  model: z.string().nullable(),
  /** Seconds of work in activities, waiting excluded, summed over a fan-out. */
  seconds: z.number().nonnegative(),
  costUsd: z.number().nonnegative(),
  /** True when every part of the stage came from the stage cache. */
  cached: z.boolean(),
  /** The largest number of attempts that any part of the stage took. */
  attempts: z.number().int().nonnegative(),
});
export type StageRecord = z.infer<typeof stageRecordSchema>;

/** A chapter of the video: the publisher's own, or found in the transcript. Seconds. */
export const chapterSchema = z.object({ start: z.number(), end: z.number(), title: z.string() });
export type Chapter = z.infer<typeof chapterSchema>;

/** A sentence worth quoting, with its place. Seconds. */
export const quoteSchema = z.object({
  segmentId: z.string(),
  start: z.number(),
  end: z.number(),
  text: z.string(),
  speaker: z.string().nullable(),
});
export type Quote = z.infer<typeof quoteSchema>;

/** A moment proposed for a highlight reel. Seconds. */
export const highlightSchema = momentSchema.omit({ text: true });

/** What the report stage found in the transcript. */
export const analysisSchema = z.object({
  summary: z.string(),
  /** The sentences that the summary is made of, with their places. */
  summarySentences: z.array(quoteSchema),
  chapters: z.array(chapterSchema),
  quotes: z.array(quoteSchema),
  highlights: z.array(highlightSchema),
});
export type Analysis = z.infer<typeof analysisSchema>;

/** What is said in another language; text of segments, by their ids. */
export const translationSchema = z.object({
  /** BCP 47. */
  language: z.string(),
  segments: z.array(z.object({ id: z.string(), text: z.string() })),
});

/** The one document with everything: core.json. */
export const coreDocumentSchema = z.object({
  job: z.object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    completedAt: z.iso.datetime(),
    /** What the user should know of the result, e.g. "No speech was found in this video." */
    notices: z.array(z.string()),
  }),
  video: z.object({
    title: z.string(),
    url: z.string().nullable(),
    durationSeconds: z.number().nonnegative(),
    channel: z.string().nullable(),
    uploadedAt: z.string().nullable(),
    route: z.enum(['short', 'long']),
    /** Pictures a second; absent where not known. */
    frameRate: z.number().positive().optional(),
  }),
  language: z.string().nullable(),
  segments: z.array(segmentSchema.omit({ words: true })),
  speakers: z.array(speakerSchema),
  /** Where several people speak at the same time. */
  overlaps: z.array(overlapSchema).default([]),
  entities: z.array(entitySchema),
  relations: z.array(relationSchema),
  translations: z.array(translationSchema),
  chapters: z.array(chapterSchema),
  summary: z.string(),
  highlights: z.array(highlightSchema),
  /** Where the text may be wrong. */
  quality: z.object({ suspectRanges: z.array(suspectRangeSchema) }),
  /** What became of the corrections of readers; absent where there are none. */
  corrections: correctionOutcomeSchema.optional(),
  stages: z.array(stageRecordSchema),
});
export type CoreDocument = z.infer<typeof coreDocumentSchema>;
