import { z } from 'zod';

/** A stretch of the video, in seconds. */
export const spanSchema = z.object({ start: z.number().nonnegative(), end: z.number().nonnegative() });
export type Span = z.infer<typeof spanSchema>;

/**
 * Whom a correction is about. The id is good for the ground that the correction was made on; on another one the
 * speaker is found by when they spoke.
 */
export const speakerAnchorSchema = z.object({
  id: z.string(),
  label: z.string(),
  /** Some of the longest stretches of their speech. */
  spans: z.array(spanSchema),
});
export type SpeakerAnchor = z.infer<typeof speakerAnchorSchema>;

/** Words that were replaced by others, and when they are spoken. Both sides are never empty at once. */
export const wordEditSchema = z.object({ ...spanSchema.shape, before: z.string(), after: z.string() });
export type WordEdit = z.infer<typeof wordEditSchema>;

/** What somebody corrected. A correction that was made later sees what earlier ones have changed. */
export const correctionChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rename'), speaker: speakerAnchorSchema, name: z.string() }),
  z.object({
    kind: z.literal('merge'),
    speakers: z.array(speakerAnchorSchema),
    into: speakerAnchorSchema,
  }),
  z.object({
    kind: z.literal('reassign'),
    /** Words whose middle lies within one of them. */
    ranges: z.array(spanSchema),
    /** Null: somebody new, who gets the name. */
    speaker: speakerAnchorSchema.nullable(),
    name: z.string(),
  }),
  z.object({
    kind: z.literal('text'),
    segmentId: z.string(),
    ...spanSchema.shape,
    before: z.string(),
    /** Empty: nothing is said there. */
    after: z.string(),
    edits: z.array(wordEditSchema),
  }),
  z.object({ kind: z.literal('replace'), find: z.string(), replaceWith: z.string() }),
]);
export type CorrectionChange = z.infer<typeof correctionChangeSchema>;

export const correctionSchema = z.object({
  id: z.string(),
  madeAt: z.iso.datetime(),
  /** The fingerprint of the ground that it was made on. */
  ground: z.string(),
  change: correctionChangeSchema,
});
export type Correction = z.infer<typeof correctionSchema>;

/** All corrections of a job, in the order in which they were made: corrections.json. */
export const correctionsSchema = z.object({
  schemaVersion: z.literal(1),
  /** Grows with every change of the document. */
  revision: z.number().int().nonnegative(),
  /** So that an id is never used twice. */
  nextNumber: z.number().int().positive(),
  corrections: z.array(correctionSchema),
});
export type Corrections = z.infer<typeof correctionsSchema>;

export const NO_CORRECTIONS: Corrections = {
  schemaVersion: 1,
  revision: 0,
  nextNumber: 1,
  corrections: [],
};

/** Which changes of people's documents something was made with; 0: none. */
export const revisionsSchema = z.object({
  corrections: z.number().int().nonnegative(),
  imports: z.number().int().nonnegative(),
});
export type Revisions = z.infer<typeof revisionsSchema>;

/** A correction that cannot be carried out, since what it is about is gone or has changed. */
export const correctionConflictSchema = z.object({
  correctionId: z.string(),
  kind: z.enum(['rename', 'merge', 'reassign', 'text', 'replace']),
  /** Where; null where it is about the whole video. Seconds. */
  start: z.number().nullable(),
  end: z.number().nullable(),
  /** What was to be corrected and what was found, in a sentence. */
  message: z.string(),
});
export type CorrectionConflict = z.infer<typeof correctionConflictSchema>;

/** What became of the corrections of a job. */
export const correctionOutcomeSchema = z.object({
  /** Of corrections.json. */
  revision: z.number().int().nonnegative(),
  applied: z.number().int().nonnegative(),
  conflicts: z.array(correctionConflictSchema),
});
export type CorrectionOutcome = z.infer<typeof correctionOutcomeSchema>;

/** The document with more corrections behind those that it has. */
export function withChanges(
  document: Corrections,
  changes: readonly CorrectionChange[],
  { madeAt, ground }: { madeAt: string; ground: string },
): Corrections {
  const { revision, nextNumber } = document;
  return {
    ...document,
    revision: revision + 1,
    nextNumber: nextNumber + changes.length,
    corrections: [
      ...document.corrections,
      ...changes.map((change, index) => ({ id: `c${nextNumber + index}`, madeAt, ground, change })),
    ],
  };
}

/** Whether a correction has, or had, this id. */
export const hasGivenOut = ({ nextNumber }: Corrections, id: string): boolean =>
  Number(/^c([1-9]\d*)$/.exec(id)?.[1]) < nextNumber;

/** The document without one correction; unchanged where it has none of this id. */
export function withoutCorrection(document: Corrections, id: string): Corrections {
  const corrections = document.corrections.filter((correction) => correction.id !== id);
  if (corrections.length === document.corrections.length) return document;
  return { ...document, revision: document.revision + 1, corrections };
}
