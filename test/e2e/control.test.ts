import { join } from 'node:path';
import { CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeMedia } from '../support/make-media.ts';
import { MediaServer } from '../support/media-server.ts';
import { stillRunning } from '../support/owned-process.ts';
import { Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { makeTalk, talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

describe('control of a job that runs', () => {
  const folder = testFolder();
  let stack: Stack;
  let home: TestHome;
  let worker: WorkerProcess;
  let site: MediaServer;
  let talkFile: string;

  beforeAll(async () => {
    const talk = await makeTalk({ seconds: 620, pauseSeconds: 30 });
    talkFile = await makeMedia(join(folder, 'talk.mp3'), ...talkInput(talk), '-ac', '2', '-b:a', '320k');
    stack = await Stack.start();
    site = await new MediaServer().start();
    home = stack.home();
    worker = await stack.worker(home);
  });

  afterEach(() => {
    stack.ledger.clear();
    expect(home.scratch()).toEqual([]);
  });

  afterAll(async () => {
    await stack?.close();
    await site?.close();
  });

  const pendingActivities = async ({ handle }: StackJob): Promise<string[]> =>
    ((await handle.describe()).raw.pendingActivities ?? []).map(
      ({ activityType }) => activityType?.name ?? '',
    );

  it('stops the download, the decoder and the model when it is cancelled', async () => {
    // Neither the site nor the model would ever come to an end by itself.
    stack.ledger.holdAfter(0, 'in the middle');
    const served = { filePath: talkFile, contentType: 'audio/mpeg', stallAfterBytes: 10_000_000 };
    site.files.set('/talk.mp3', served);
    const page = site.page('/watch', '<title>Talk</title><video src="/talk.mp3"></video>');
    const idle = await worker.children();
    const job = await stack.submit({ kind: 'url', url: page });
    await until(() => site.bodyBytesSent >= served.stallAfterBytes && stack.ledger.in('running').length > 0);
    const busy = (await worker.children()).filter(({ pid }) => idle.every((one) => one.pid !== pid));
    expect(busy.map(({ command }) => command).join('\n')).toMatch(/yt-dlp/);
    expect(busy.map(({ command }) => command).join('\n')).toMatch(/ffmpeg/);

    await job.handle.cancel();
    const end: unknown = await job.handle.result().catch((error: unknown) => error);
    // A job is not cancelled before all that it started is gone.
    expect(await stillRunning(busy)).toEqual([]);
    expect(stack.ledger.calls.map(({ state }) => state)).toEqual(['aborted']);
    expect(end).toBeInstanceOf(WorkflowFailedError);
    expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect((await job.progress()).state).toBe('cancelled');
    expect(await until(async () => (await site.openConnections()) === 0)).toBe(true);
  });

  it('asks the model for nothing while it is paused, and for the rest when it goes on', async () => {
    stack.ledger.holdAfter(1);
    const job = await stack.submit({ kind: 'file', path: talkFile }, { settings: { concurrency: 2 } });
    await until(() => stack.ledger.in('running').length === 2);
    await until(async () => (await job.progress()).acquireComplete);
    await job.handle.signal('pause');
    stack.ledger.release();
    await until(async () => (await pendingActivities(job)).length === 0);
    const paused = await job.progress();
    expect(paused).toMatchObject({ state: 'paused', chunksDone: 3 });
    expect(paused.chunksTotal).toBeGreaterThan(3);
    expect(stack.ledger.calls.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished']);

    await job.handle.signal('resume');
    await job.result();
    const finished = stack.ledger.in('finished').map(({ audioSha256 }) => audioSha256);
    expect(new Set(finished).size).toBe(paused.chunksTotal);
    expect(stack.ledger.calls.length).toBe(paused.chunksTotal);
  });

  it('waits for attention when its model is not installed, and goes on with another', async () => {
    const short = await makeTalk({ seconds: 12, pauseSeconds: 1 });
    const path = await makeMedia(join(folder, 'short.wav'), ...talkInput(short));
    const job = await stack.submit({ kind: 'file', path }, { settings: { model: 'no-such-model' } });
    const waiting = await until(async () => {
      const progress = await job.progress();
      return progress.state === 'needs_attention' && progress;
    });
    expect(waiting.error).toMatchObject({ code: 'ModelUnknown', stage: 'transcribe' });
    await job.handle.signal('retry', { model: 'base' });
    await job.result();
    expect(stack.ledger.calls.map(({ model, state }) => [model, state])).toEqual([
      ['no-such-model', 'failed'],
      ['base', 'finished'],
    ]);
    expect((await job.transcript(home)).segments.length).toBeGreaterThan(0);
  });
});
