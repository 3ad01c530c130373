import { createLogUpdate } from 'log-update';
import stringWidth from 'string-width';
import type { JobStatus } from '../../api/jobs/job-schemas.ts';
import { drawJob, drawJobLine, plain } from './draw.ts';
import { activityText, remainingText } from './stage-lines.ts';

/** Shows how jobs advance. Three ways: a live picture, lines now and then, or JSON. */
export interface ProgressDisplay {
  update(jobId: string, status: JobStatus): void;
  /** One sentence that has to be seen, above the picture. */
  note(sentence: string): void;
  /** Leaves what was shown last. */
  close(): void;
}

export interface DisplayJob {
  jobId: string;
  /** What the user calls it. */
  name: string;
}

const DEFAULT_COLUMNS = 80;
const FRAME_MS = 120;
const LINE_EVERY_MS = 30_000;
const LINE_EVERY_PERCENT = 10;
const MAXIMUM_NAME_WIDTH = 30;

/** A picture that is drawn anew several times a second, on a terminal. */
export function createLiveDisplay(stream: NodeJS.WriteStream, jobs: readonly DisplayJob[]): ProgressDisplay {
  const logUpdate = createLogUpdate(stream);
  const statuses = new Map<string, JobStatus>();
  const nameWidth = Math.min(MAXIMUM_NAME_WIDTH, Math.max(...jobs.map(({ name }) => stringWidth(name))));
  let frame = 0;
  const draw = (): void => {
    const canvas = { columns: stream.columns || DEFAULT_COLUMNS, nowMs: Date.now(), frame: (frame += 1) };
    const drawn = jobs.flatMap(({ jobId, name }) => {
      const status = statuses.get(jobId);
      if (status === undefined) return [];
      return [
        jobs.length === 1 ? drawJob(name, status, canvas) : drawJobLine(name, status, nameWidth, canvas),
      ];
    });
    if (drawn.length > 0) logUpdate(`\n${drawn.join('\n')}\n`);
  };
  const timer = setInterval(draw, FRAME_MS);
  return {
    update(jobId, status) {
      statuses.set(jobId, status);
      draw();
    },
    note(sentence) {
      logUpdate.clear();
      stream.write(`${plain(sentence)}\n`);
      draw();
    },
    close() {
      clearInterval(timer);
      draw();
      logUpdate.done();
    },
  };
}

/** A line when something changes, and every ten per cent or half a minute: for logs and pipes. */
export function createLineDisplay(
  stream: NodeJS.WritableStream,
  jobs: readonly DisplayJob[],
): ProgressDisplay {
  const shown = new Map<string, { activity: string; progress: number; atMs: number }>();
  const nameOf = (jobId: string): string => plain(jobs.find((job) => job.jobId === jobId)?.name ?? jobId);
  return {
    update(jobId, status) {
      const nowMs = Date.now();
      const last = shown.get(jobId);
      const activity = `${status.status} ${status.stage} ${status.retrying?.attempt ?? ''} ${status.download?.state ?? ''}`;
      const due =
        last === undefined ||
        last.activity !== activity ||
        status.progress - last.progress >= LINE_EVERY_PERCENT ||
        nowMs - last.atMs >= LINE_EVERY_MS;
      if (!due) return;
      shown.set(jobId, { activity, progress: status.progress, atMs: nowMs });
      const parts = [
        `${Math.floor(status.progress)} %`,
        plain(activityText(status)),
        remainingText(status, nowMs),
      ];
      stream.write(`${nameOf(jobId)}: ${parts.filter((part) => part !== '').join(' · ')}\n`);
    },
    note: (sentence) => void stream.write(`${plain(sentence)}\n`),
    close: () => undefined,
  };
}

/** One JSON object per line: `state`, `stage` and `progress` events with the whole status, and `notice`. */
export function createJsonDisplay(stream: NodeJS.WritableStream): ProgressDisplay {
  const last = new Map<string, JobStatus>();
  return {
    update(jobId, status) {
      const before = last.get(jobId);
      last.set(jobId, status);
      const event =
        before?.status !== status.status ? 'state' : before.stage !== status.stage ? 'stage' : 'progress';
      stream.write(`${JSON.stringify({ event, ...status })}\n`);
    },
    note: (message) => void stream.write(`${JSON.stringify({ event: 'notice', message })}\n`),
    close: () => undefined,
  };
}
