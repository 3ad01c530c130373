import { statSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Segment } from '../../src/domain/transcript.ts';
import { activitiesOf } from '../support/job-history.ts';
import { makeMedia } from '../support/make-media.ts';
import { MediaServer } from '../support/media-server.ts';
import { stillRunning } from '../support/owned-process.ts';
import { Stack, TestHome, type StackJob } from '../support/stack.ts';
import { makeTalk, talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

/** Chunks in flight at once. */
const CONCURRENCY = 2;
/** A worker whose files may have 60 KiB at most; what is larger meets EFBIG, as on a disk that has no room. */
const WITH_SMALL_FILES = ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -S -f 120; exec "$@"', 'sh'];

describe('a job whose surroundings fail', () => {
  const folder = testFolder();
  let stack: Stack;
  let site: MediaServer;
  let talkFile: string;
  let chunkCount: number;
  /** What a run that nothing disturbs gives. */
  let undisturbed: Segment[];

  const submitFile = (): Promise<StackJob> =>
    stack.submit({ kind: 'file', path: talkFile }, { settings: { concurrency: CONCURRENCY } });

  /** The transcript is the one of an undisturbed run. */
  const expectSameResult = async (job: StackJob, home: TestHome): Promise<void> => {
    await job.result();
    expect((await job.transcript(home)).segments).toEqual(undisturbed);
    expect(home.scratch()).toEqual([]);
  };

  /** Each chunk was finished once, and at most those in flight were begun again. */
  const expectNothingTwice = (): void => {
    const finished = stack.ledger.in('finished').map(({ audioSha256 }) => audioSha256);
    expect(finished.length).toBe(chunkCount);
    expect(new Set(finished).size).toBe(chunkCount);
    expect(stack.ledger.calls.length - chunkCount).toBeLessThanOrEqual(CONCURRENCY);
  };

  beforeAll(async () => {
    // An MP3 of a high rate, so that a download of it takes many steps; pauses, so that its text is short.
    const talk = await makeTalk({ seconds: 620, pauseSeconds: 20 });
    talkFile = await makeMedia(join(folder, 'talk.mp3'), ...talkInput(talk), '-ac', '2', '-b:a', '320k');
    stack = await Stack.start();
    site = await new MediaServer().start();
    const home = stack.home();
    await stack.worker(home);
    const job = await submitFile();
    await job.result();
    undisturbed = (await job.transcript(home)).segments;
    chunkCount = stack.ledger.calls.length;
    expect(chunkCount).toBeGreaterThanOrEqual(4);
    expect(undisturbed.length).toBeGreaterThan(chunkCount);
    await stack.reset();
  });

  afterEach(() => stack.reset());

  afterAll(async () => {
    await stack?.close();
    await site?.close();
  });

  it('goes on with another worker when one is killed in the midst of transcribing', async () => {
    const home = stack.home();
    const first = await stack.worker(home);
    stack.ledger.holdAfter(2, 'in the middle');
    const job = await submitFile();
    await until(() => stack.ledger.in('finished').length === 2 && stack.ledger.in('running').length === 2);
    const interrupted = stack.ledger.in('running').slice();
    await until(async () => (await secondsKnownDone(job)).filter((seconds) => seconds > 0).length === 2);
    const children = await first.children();
    expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await until(async () => (await stillRunning(children)).length === 0);
    stack.ledger.release();
    await stack.worker(home);
    await expectSameResult(job, home);
    expectNothingTwice();
    expect(stack.ledger.in('aborted')).toEqual(interrupted);
    for (const call of interrupted) {
      const again = stack.ledger.in('finished').find((one) => one.audioSha256 === call.audioSha256);
      // Not even all of an interrupted chunk is done again.
      expect(again?.speechSeconds).toBeLessThan(call.speechSeconds);
    }
  });

  it('goes on with a download where it stopped when its worker is killed', async () => {
    const home = stack.home();
    const first = await stack.worker(home);
    const { size } = statSync(talkFile);
    const served = { filePath: talkFile, contentType: 'audio/mpeg', etag: '"1"' };
    const path = '/talk.mp3';
    site.files.set(path, { ...served, stallAfterBytes: Math.round(size * 0.6) });
    // No other chunk is finished while its worker is killed, so that what is finished is known to be.
    stack.ledger.holdAfter(1, 'before');
    const job = await stack.submit(
      { kind: 'url', url: site.url(path) },
      { settings: { concurrency: CONCURRENCY } },
    );
    await until(async () => site.bodyBytesSent >= size * 0.6 && (await job.progress()).chunksDone === 1);
    await first.end('SIGKILL');
    stack.ledger.release();
    site.files.set(path, served);
    await stack.worker(home);
    await expectSameResult(job, home);
    expectNothingTwice();
    // The head was read to know the file; every few megabytes it is written down what is there.
    expect(site.bodyBytesSent).toBeLessThan(size + 10 * 1024 ** 2);
  });

  it('starts the model server again when that is killed', async () => {
    const home = new TestHome();
    const worker = await stack.worker(home);
    const modelServer = async (): Promise<number | undefined> =>
      (await worker.children()).find(
        ({ command, parentPid }) => isModelServer(command) && parentPid === worker.pid,
      )?.pid;
    const job = await submitFile();
    await until(async () => (await job.progress()).chunksDone >= 1);
    const killed = await until(modelServer);
    process.kill(killed, 'SIGKILL');
    await expectSameResult(job, home);
    expect(worker.running).toBe(true);
    expect(await until(modelServer)).not.toBe(killed);
  });

  it('goes on with another worker when one is told to stop, which leaves nothing running', async () => {
    const home = new TestHome();
    const first = await stack.worker(home);
    const job = await submitFile();
    await until(async () => (await job.progress()).chunksDone >= 1);
    const children = await first.children();
    expect(children.some(({ command }) => isModelServer(command))).toBe(true);
    const exit = await first.end('SIGTERM');
    expect(exit, first.output.slice(-4_000)).toEqual({ code: 0, signal: null });
    expect(await stillRunning(children)).toEqual([]);
    await stack.worker(home);
    await expectSameResult(job, home);
    const chunks = activitiesOf(await job.handle.fetchHistory()).filter(
      ({ name }) => name === 'transcribeChunk',
    );
    expect(chunks.map(({ ended }) => ended)).toEqual(chunks.map(() => 'completed'));
    expect(chunks.filter(({ attempt }) => attempt > 1).length).toBeLessThanOrEqual(CONCURRENCY);
  });

  it('outlives the Temporal server, and so does its worker', async () => {
    const home = stack.home();
    const worker = await stack.worker(home);
    stack.ledger.holdAfter(1);
    const job = await submitFile();
    await until(() => stack.ledger.in('running').length === CONCURRENCY);
    await stack.temporal.kill();
    // Work that is finished while nobody is there to hear of it is not lost.
    stack.ledger.release();
    await until(() => stack.ledger.in('finished').length === 1 + CONCURRENCY);
    await stack.temporal.restart();
    await expectSameResult(job, home);
    expectNothingTwice();
    expect(worker.running).toBe(true);
  });

  it('waits for attention when the disk is full, and completes when there is room again', async () => {
    const home = stack.home();
    await home.keepWorkflowCode();
    const cramped = await stack.worker(home, { launcher: WITH_SMALL_FILES });
    const job = await submitFile();
    const progress = await until(async () => {
      const now = await job.progress();
      return now.state === 'needs_attention' && now;
    });
    expect(progress.error).toMatchObject({ code: 'DiskFull', stage: 'acquire' });
    expect(await cramped.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await stack.worker(home);
    await job.handle.signal('retry', {});
    await expectSameResult(job, home);
    expectNothingTwice();
  });
});

/** How far each running chunk is, as the Temporal server knows it: a killed worker leaves no more than that. */
async function secondsKnownDone({ handle }: StackJob): Promise<number[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).map(({ heartbeatDetails }) => {
    const [payload] = heartbeatDetails?.payloads ?? [];
    const checkpoint =
      payload && defaultPayloadConverter.fromPayload<{ secondsDone?: number } | null>(payload);
    return checkpoint?.secondsDone ?? 0;
  });
}

const isModelServer = (command: string): boolean => command.includes('clipscribe_inference');
