import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { z } from 'zod';
import type { StopNotice } from '../domain/emergency-stop.ts';
import { routeSchema } from '../domain/route.ts';

/** What every kind of job takes and tells, by name. Late signals do nothing. To cancel a job, cancel its workflow. */
export const JOB_SIGNALS = {
  /** Nothing new starts; what runs finishes. */
  pause: 'pause',
  resume: 'resume',
  /** Try the steps again that wait for attention, with changed settings. */
  retry: 'retry',
  /** Go on without the optional step that waits for attention. */
  skip: 'skip',
  /** A {@link JobChange}. */
  change: 'change',
  /** All work of the installation is stopped: {@link ParkOrder}. It does not touch what the user paused. */
  park: 'park',
  /** All work goes on: {@link UnparkOrder}. */
  unpark: 'unpark',
} as const;

/** What may be changed of a job under way: it holds from the next step on, whoever does that. */
export const jobChangeSchema = z.object({
  /** 1–10. */
  priority: z.number().int().min(1).max(10).optional(),
  /** Stays, whatever the duration says (H2). Kinds without media have none. */
  route: routeSchema.optional(),
  /** Some of the kind's own. */
  settings: z.record(z.string(), z.unknown()).optional(),
});
export type JobChange = z.infer<typeof jobChangeSchema>;

/** Orders of the installation are numbered, so that a late one does not undo a newer one. */
export interface UnparkOrder {
  number: number;
}
export interface ParkOrder extends UnparkOrder {
  notice: StopNotice;
}

/** Queries of every kind of job, by name. */
export const JOB_QUERIES = {
  /** How far the job is; the shape is the kind's own and extends `ProgressOfJob`. */
  progress: 'progress',
  /** The input as the job was started with it, with settings as they are now. */
  input: 'input',
  /** Whether the emergency stop holds the job: a step that is called back asks whether it may finish. */
  parked: 'parked',
} as const;

/** Search attributes. They are not encrypted: ids and numbers only, no titles, no URLs. */
export const SEARCH_ATTRIBUTES = {
  user: defineSearchAttributeKey('ClipScribeUser', SearchAttributeType.KEYWORD),
  /** A user's own name for what belongs together. */
  project: defineSearchAttributeKey('ClipScribeProject', SearchAttributeType.KEYWORD),
  /** A hash of source and settings, by which a client finds the job that already does the same. */
  source: defineSearchAttributeKey('ClipScribeSource', SearchAttributeType.KEYWORD),
  route: defineSearchAttributeKey('ClipScribeRoute', SearchAttributeType.KEYWORD),
  stage: defineSearchAttributeKey('ClipScribeStage', SearchAttributeType.KEYWORD),
  state: defineSearchAttributeKey('ClipScribeState', SearchAttributeType.KEYWORD),
  priority: defineSearchAttributeKey('ClipScribePriority', SearchAttributeType.INT),
  durationSeconds: defineSearchAttributeKey('ClipScribeDurationSeconds', SearchAttributeType.DOUBLE),
} as const;
