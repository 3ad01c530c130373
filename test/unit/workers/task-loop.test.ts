import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { DownloadOutcome, DownloadTask } from '../../../src/domain/download-task.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import type { DownloadTasks } from '../../../src/ports/download-tasks.ts';
import { TaskLoop, type TaskLoopOptions } from '../../../src/workers/download/task-loop.ts';
import { until } from '../../support/until.ts';

const DONE: DownloadOutcome = { outcome: 'audio', uploadId: 'upload_01jd3m0p4ye6v8xz2q5r7t9abc' };
const task = (id: string, taskToken = id): DownloadTask => ({
  ...{ taskToken, kind: 'audio', id, url: 'https://example.org/talk', attempt: 1 },
});

/** The API as a script: what it hands out, and what it answers. */
class ScriptedTasks implements DownloadTasks {
  readonly waiting: DownloadTask[] = [];
  readonly ended: [string, DownloadOutcome][] = [];
  /** Thrown, one a call, before anything else is answered. */
  readonly errors: { next: ClipScribeError[]; end: ClipScribeError[] } = { next: [], end: [] };
  heartbeatAnswer: () => { cancelled: boolean } = () => ({ cancelled: false });

  async next({ signal }: { signal: AbortSignal }): Promise<DownloadTask | undefined> {
    const error = this.errors.next.shift();
    if (error !== undefined) throw error;
    await new Promise((resolve) => setTimeout(resolve, 5));
    signal.throwIfAborted();
    return this.waiting.shift();
  }

  async heartbeat(): Promise<{ cancelled: boolean }> {
    return this.heartbeatAnswer();
  }

  async end(taskToken: string, outcome: DownloadOutcome): Promise<void> {
    const error = this.errors.end.shift();
    if (error !== undefined) throw error;
    this.ended.push([taskToken, outcome]);
  }

  upload(): Promise<string> {
    return Promise.reject(new Error('The loop uploads nothing.'));
  }
}

interface Running {
  tasks: ScriptedTasks;
  loop: TaskLoop;
  forgotten: string[];
  ended: Promise<void>;
}

function start(work: TaskLoopOptions['work'], prepare: (tasks: ScriptedTasks) => void): Running {
  const tasks = new ScriptedTasks();
  prepare(tasks);
  const forgotten: string[] = [];
  const loop = new TaskLoop({
    ...{ tasks, work, logger: pino({ level: 'silent' }), heartbeatMs: 5, retryMs: 5, graceMs: 5 },
    forget: async (id) => void forgotten.push(id),
  });
  return { tasks, loop, forgotten, ended: loop.run() };
}

/** Work that goes on until its signal is aborted. */
const endless: TaskLoopOptions['work'] = (_task, { signal }) =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );

async function stopped({ loop, ended }: Running): Promise<void> {
  loop.stop();
  await ended;
}

describe('the loop of a download worker', () => {
  test('does what is wanted, tells it, and forgets it', async () => {
    const running = start(
      () => Promise.resolve(DONE),
      (tasks) => tasks.waiting.push(task('job_1'), task('job_2'), task('job_3')),
    );
    await until(() => running.forgotten.length === 3);
    await stopped(running);
    expect(running.tasks.ended.map(([token]) => token).toSorted()).toEqual(['job_1', 'job_2', 'job_3']);
  });

  test('tells why something failed, and keeps what was there for the next attempt', async () => {
    const running = start(
      () => Promise.reject(new ClipScribeError('RateLimited', 'Slower.', { retryAfterSeconds: 60 })),
      (tasks) => tasks.waiting.push(task('job_1')),
    );
    await until(() => running.tasks.ended.length === 1);
    await stopped(running);
    expect(running.tasks.ended[0]?.[1]).toEqual({
      ...{ outcome: 'failed', code: 'RateLimited', message: 'Slower.', retryAfterSeconds: 60 },
    });
    expect(running.forgotten).toEqual([]);
  });

  test('stops what was cancelled', async () => {
    const running = start(endless, (tasks) => {
      tasks.waiting.push(task('job_1'));
      tasks.heartbeatAnswer = () => ({ cancelled: true });
    });
    await until(() => running.forgotten.length === 1);
    await stopped(running);
    expect(running.tasks.ended).toEqual([['job_1', { outcome: 'cancelled' }]]);
  });

  test('says nothing more about an attempt that is over', async () => {
    const running = start(endless, (tasks) => {
      tasks.waiting.push(task('job_1'));
      tasks.heartbeatAnswer = () => {
        throw new ClipScribeError('NotFound', 'It is over.');
      };
    });
    await until(() => running.tasks.waiting.length === 0);
    await stopped(running);
    expect(running.tasks.ended).toEqual([]);
    expect(running.forgotten).toEqual([]);
  });

  test('never works twice at once in the folder of one job', async () => {
    let atOnce = 0;
    let most = 0;
    const running = start(
      async (given, attempt) => {
        most = Math.max(most, (atOnce += 1));
        try {
          return given.taskToken === 'first' ? await endless(given, attempt) : DONE;
        } finally {
          atOnce -= 1;
        }
      },
      (tasks) => tasks.waiting.push(task('job_1', 'first'), task('job_1', 'second')),
    );
    await until(() => running.tasks.ended.length === 1);
    await stopped(running);
    expect(running.tasks.ended).toEqual([['second', DONE]]);
    expect(most).toBe(1);
  });

  test('hands back what it has in hand when it is stopped', async () => {
    const running = start(endless, (tasks) => tasks.waiting.push(task('job_1')));
    await until(() => running.tasks.waiting.length === 0);
    await stopped(running);
    expect(running.tasks.ended).toEqual([['job_1', { outcome: 'handed-back' }]]);
  });

  test('asks again while the API is away, and tells an end for as long as it takes', async () => {
    const away = (): ClipScribeError => new ClipScribeError('ServiceUnavailable', 'Nobody answers.');
    const running = start(
      () => Promise.resolve(DONE),
      (tasks) => {
        tasks.errors.next.push(away(), away(), away());
        tasks.errors.end.push(away(), away());
        tasks.waiting.push(task('job_1'));
      },
    );
    await until(() => running.tasks.ended.length === 1);
    await stopped(running);
    expect(running.tasks.ended).toEqual([['job_1', DONE]]);
  });

  test('ends with the reason where its token is no good', async () => {
    const { ended } = start(
      () => Promise.resolve(DONE),
      (tasks) => tasks.errors.next.push(new ClipScribeError('Unauthorized', 'No such token.')),
    );
    await expect(ended).rejects.toMatchObject({ code: 'Unauthorized' });
  });
});
