import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreDocumentSchema } from '../../src/domain/core-document.ts';
import { activitiesOf, type RecordedActivity } from '../support/job-history.ts';
import { makeMedia } from '../support/make-media.ts';
import { MediaServer } from '../support/media-server.ts';
import { Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { makeTalk, talkInput, type Talk } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

/** H2: from here on a video takes the long route. */
const BOUND_SECONDS = 45 * 60;

describe('worker processes of different roles', () => {
  const folder = testFolder();
  let stack: Stack;
  let home: TestHome;
  let short: WorkerProcess;
  let long: WorkerProcess;
  let words: Talk;

  beforeAll(async () => {
    words = await makeTalk({ seconds: 6, pauseSeconds: 1 });
    stack = await Stack.start();
    // One store for both, as a bucket is in production.
    home = stack.home();
    [short, long] = await Promise.all([
      stack.worker(home, { role: 'short' }),
      stack.worker(home, { role: 'long' }),
    ]);
  });

  afterAll(() => stack?.close());

  /** A few words, then silence up to the given duration. */
  const makeRecording = (name: string, seconds: number, encoding: string[]): Promise<string> =>
    makeMedia(
      join(folder, name),
      ...talkInput(words),
      ...['-af', `apad=whole_dur=${seconds}`, '-ar', '16000', ...encoding],
    );

  /** The steps that touch media, by the process that did them; the first and the last one are for any worker. */
  const mediaSteps = async (job: StackJob): Promise<RecordedActivity[]> =>
    activitiesOf(await job.handle.fetchHistory()).filter(
      ({ name }) => name !== 'fetchMetadata' && name !== 'recordOutcome',
    );
  const identityOf = (worker: WorkerProcess): RegExp => new RegExp(`^${worker.pid}@`);

  const expectRoute = async (
    job: StackJob,
    route: 'short' | 'long',
    worker: WorkerProcess,
  ): Promise<void> => {
    await job.result();
    const steps = await mediaSteps(job);
    expect(steps.map(({ name }) => name)).toContain('transcribeChunk');
    expect(new Set(steps.map(({ taskQueue }) => taskQueue))).toEqual(new Set([`clipscribe-${route}`]));
    for (const { identity } of steps) expect(identity).toMatch(identityOf(worker));
    const core = coreDocumentSchema.parse(JSON.parse(await job.file(home, 'core.json')));
    expect(core.video.route).toBe(route);
    expect(core.segments.length).toBeGreaterThan(0);
  };

  it('give a video of 44:59 to the short one and a video of 45:00 to the long one', async () => {
    const [below, at] = await Promise.all([
      makeRecording('below.flac', BOUND_SECONDS - 1, []),
      makeRecording('at.flac', BOUND_SECONDS, []),
    ]);
    const jobs = await Promise.all([
      stack.submit({ kind: 'file', path: below }),
      stack.submit({ kind: 'file', path: at }),
    ]);
    await expectRoute(jobs[0], 'short', short);
    await expectRoute(jobs[1], 'long', long);
  });

  it('hand a video over that hides its length, without transcribing its beginning again', async () => {
    const filePath = await makeRecording('hidden.mp3', BOUND_SECONDS + 60, [
      '-b:a',
      '16k',
      '-write_xing',
      '0',
    ]);
    const site = await new MediaServer().start();
    try {
      // An answer of unknown size, as a program that makes it on the way sends it.
      site.pages.set('/hidden.mp3', (_request, response) => {
        response.writeHead(200, { 'content-type': 'audio/mpeg' });
        createReadStream(filePath).pipe(response);
      });
      stack.ledger.clear();
      const job = await stack.submit({ kind: 'url', url: site.url('/hidden.mp3') });
      await job.result();
      const steps = await mediaSteps(job);
      const acquisitions = steps.filter(({ name }) => name === 'acquireAudio');
      expect(acquisitions.map(({ taskQueue }) => taskQueue)).toEqual(['clipscribe-short', 'clipscribe-long']);
      expect(acquisitions[0]?.identity).toMatch(identityOf(short));
      expect(acquisitions[1]?.identity).toMatch(identityOf(long));
      expect(stack.ledger.calls.length).toBe(1);
    } finally {
      await site.close();
    }
  });

  it('leave jobs of the other role alone, however long they wait', async () => {
    expect(await long.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const path = await makeRecording('waiting.flac', BOUND_SECONDS + 1, []);
    const job = await stack.submit({ kind: 'file', path });
    await until(async () => (await job.progress()).route === 'long');
    const other = await stack.submit({ kind: 'file', path: await makeRecording('other.flac', 30, []) });
    await other.result();
    // The short worker had time for another job, and did not touch this one.
    expect((await job.progress()).acquiredSeconds).toBe(0);
    long = await stack.worker(home, { role: 'long' });
    await expectRoute(job, 'long', long);
  });
});
