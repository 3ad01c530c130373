import { z } from 'zod';
import type { JobError, JobState } from './job.ts';

/**
 * What is removed once it is old: working files of completed jobs, uploads that no job has used up, chunks and stage
 * outputs, and the working files of jobs that failed or were cancelled. Results are never removed.
 */
export const RETENTION_AREAS = ['archive/completed', 'uploads', 'audio', 'stages', 'jobs'] as const;
export type RetentionArea = (typeof RETENTION_AREAS)[number];

/** What one look through an area found. */
export const retentionCountSchema = z.object({
  area: z.enum(RETENTION_AREAS),
  examinedObjects: z.number().int().nonnegative(),
  /** Objects that were removed; in a dry run, those that would be. */
  expiredObjects: z.number().int().nonnegative(),
  expiredBytes: z.number().int().nonnegative(),
});
export type RetentionCount = z.infer<typeof retentionCountSchema>;

export const retentionResultSchema = z.object({
  dryRun: z.boolean(),
  /** Objects that were stored before count as old. RFC 3339. */
  storedBefore: z.iso.datetime(),
  areas: z.array(retentionCountSchema),
});
export type RetentionResult = z.infer<typeof retentionResultSchema>;

const NAMED_KEY = new RegExp(`(?:${RETENTION_AREAS.join('|')})/[\\w.=@+/-]+`, 'g');

/** The keys below these areas that a text names, such as a workflow's history; some more than once. */
export const keysNamedIn = (text: string): string[] => text.match(NAMED_KEY) ?? [];

/** Where the working files of a job lie (B3), and where such a key goes when it is completed. */
export const jobFolder = (userId: string, jobId: string): string => `jobs/${userId}/${jobId}`;
export const archivedKey = (key: string): string => key.replace(/^jobs\//, 'archive/completed/');

/** The file that says how a job ended; a job without it goes on. */
export const STATUS_FILE = 'status.json';

/** The job of a key below `jobs/`, as a folder; undefined for a key of another shape. */
export const jobFolderOf = (key: string): string | undefined => /^jobs\/[^/]+\/[^/]+(?=\/)/.exec(key)?.[0];

/** status.json: how a job ended. While it runs, Temporal knows. */
export interface JobOutcome {
  status: JobState;
  /** Of the job's kind. */
  stage: string;
  title: string | null;
  durationSeconds: number | null;
  /** Null: it was cancelled before its start. */
  startedAt: string | null;
  endedAt: string;
  error: JobError | null;
  notices: string[];
}
