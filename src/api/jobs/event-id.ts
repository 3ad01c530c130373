import { createHash } from 'node:crypto';
import { isTerminal } from '../../domain/job.ts';
import type { JobStatus } from './job-schemas.ts';
import type { LivePosition } from './live-segments.ts';

/**
 * What a listener has been told, as its last event id says. Made of the job alone: any instance of the API knows it.
 */
export interface Told {
  /** Of the last status; empty where there was none. */
  status: string;
  /** Of the run of the job: a redo tells its segments anew. */
  run: string;
  position: LivePosition;
}

/** Short, and the same for the same text. */
export const hashOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 16);

/**
 * The same for the same status. Estimates change with the clock alone, and how much is known of a job that has ended
 * with whether a worker is there to ask.
 */
export const statusIdOf = (status: JobStatus): string =>
  hashOf(
    isTerminal(status.status)
      ? status.status
      : JSON.stringify({
          ...status,
          ...{ estimatedCompletion: null, estimatedCompletionRange: null },
          ...{ estimatedWaitSeconds: null, estimatedWaitRange: null },
        }),
  );

/** The same for all events of one run. */
export const runIdOf = (operationId: string): string => hashOf(operationId).slice(0, 8);

/** The id of an event, after which a listener has been told this. */
export const eventIdOf = ({ status, run, position }: Told): string =>
  [status, run, position.chunk, position.segment].join('.');

/** What a listener has been told that comes with this id; nothing where it is none of ours, or of another run. */
export function toldBefore(lastEventId: string | undefined, run: string): Told {
  const match = /^([\w-]*)\.([\w-]+)\.(\d{1,9})\.(\d{1,9})$/.exec(lastEventId ?? '');
  if (match === null || match[2] !== run) return { status: '', run, position: { chunk: 0, segment: 0 } };
  return { status: match[1] ?? '', run, position: { chunk: Number(match[3]), segment: Number(match[4]) } };
}
