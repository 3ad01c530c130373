import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coreDocumentSchema } from '../../src/domain/core-document.ts';
import { eventsOf, runCommand, startCommand } from '../support/command-line.ts';
import { makeMedia } from '../support/make-media.ts';
import { descendantsOf, stillRunning } from '../support/owned-process.ts';
import { RESULT_FILES, TestHome } from '../support/stack.ts';
import { makeTalk, talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

/** The command line as a newcomer uses it: every part of it, and of the stack below it, is a real process. */
let video: string;

beforeAll(async () => {
  const talk = await makeTalk({ seconds: 45, pauseSeconds: 0.5 });
  video = await makeMedia(join(testFolder(), 'a talk.mp4'), ...talkInput(talk), '-c:a', 'aac', '-b:a', '64k');
});

describe('clipscribe run', () => {
  const home = new TestHome();
  afterAll(() => home.remove());

  test('interrupted in the middle leaves nothing running, and goes on when it is run again', async () => {
    const interrupted = startCommand(home, 'run', video, '--output-dir', 'out', '--json');
    await interrupted.untilOutput(/"stage":"transcribe"/);
    const processes = await descendantsOf(interrupted.pid);
    expect(processes.length).toBeGreaterThan(3);
    expect(await interrupted.end('SIGINT')).toEqual({ code: 130, signal: null });
    expect(await stillRunning(processes)).toEqual([]);
    const before = eventsOf(interrupted.output);
    const first = before.find(({ event }) => event === 'submitted');
    expect(before.at(-1)).toMatchObject({ event: 'interrupted', goesOn: false });
    expect(String(before.at(-1)?.['command'])).toBe(`npx clipscribe run '${video}'`);

    const again = await runCommand(home, 'run', video, '--output-dir', 'out', '--json');
    expect(again.code, again.output).toBe(0);
    const events = eventsOf(again.output);
    expect(events.find(({ event }) => event === 'submitted')).toMatchObject({
      jobId: first?.['jobId'],
      attached: true,
    });
    expect(events.at(-1)).toMatchObject({ event: 'results', language: 'en' });
    const out = join(home.path, 'out');
    expect(readdirSync(out).sort()).toEqual(RESULT_FILES);
    const core = coreDocumentSchema.parse(JSON.parse(readFileSync(join(out, 'core.json'), 'utf8')));
    expect(core.job.id).toBe(first?.['jobId']);
  });

  test('tells people what it did, and where the results are', async () => {
    const { code, output } = await runCommand(home, 'run', video, '--output-dir', 'again');
    expect(code, output).toBe(0);
    expect(output).toMatch(/a talk\.mp4 done in/);
    expect(output).toContain('English');
    expect(output).toContain('Results in again/');
  });

  test('ends 1 with one clear error for a file that is no video, and gives the others their results', async () => {
    const page = join(home.path, 'page.mp4');
    writeFileSync(page, '<!doctype html><title>Not found</title>');
    const { code, output } = await runCommand(home, 'run', page, video, '--output-dir', 'both', '--json');
    expect(code, output).toBe(1);
    const events = eventsOf(output);
    expect(events.filter(({ event }) => event === 'unfinished')).toMatchObject([
      { input: page, status: 'failed', error: { code: 'CorruptMedia' }, fix: expect.any(String) as string },
    ]);
    const done = events.find(({ event }) => event === 'results');
    expect(done).toMatchObject({ input: video });
    expect(readdirSync(join(home.path, 'both'))).toEqual([done?.['jobId']]);
  });
});

describe('clipscribe up', () => {
  const home = new TestHome();
  afterAll(() => home.remove());

  test('serves the other commands; its end, even by SIGKILL, ends every part of it and loses no job', async () => {
    const stack = startCommand(home, 'up', '--json');
    const [line] = await stack.untilOutput(/^\{"apiUrl".*\}$/m);
    expect(JSON.parse(line)).toEqual({
      apiUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      temporalAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      temporalUiUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    });
    const second = await runCommand(home, 'up', '--json');
    expect(second).toMatchObject({ code: 0, output: `${line}\n` });

    const jobId = (await runCommand(home, 'submit', video)).output.trim();
    expect(jobId).toMatch(/^job_/);
    const watched = await runCommand(home, 'watch', jobId);
    expect(watched.code, watched.output).toBe(0);
    expect((await runCommand(home, 'fetch', jobId, '--output-dir', 'results')).code).toBe(0);
    expect(readdirSync(join(home.path, 'results')).sort()).toEqual(RESULT_FILES);
    expect(await runCommand(home, 'pause', jobId)).toMatchObject({ code: 1 });
    expect(await runCommand(home, 'status', 'job_missing')).toMatchObject({ code: 1 });

    const processes = await descendantsOf(stack.pid);
    await stack.end('SIGKILL');
    await until(async () => (await stillRunning(processes)).length === 0);
    const away = await runCommand(home, 'list');
    expect(away).toMatchObject({ code: 1, output: expect.stringContaining('clipscribe up') as string });

    const next = startCommand(home, 'up', '--json');
    await next.untilOutput(/"apiUrl"/);
    const jobs = JSON.parse((await runCommand(home, 'list', '--json')).output) as unknown[];
    expect(jobs).toMatchObject([{ id: jobId, status: 'completed', title: 'a talk' }]);
    expect((await runCommand(home, 'list')).output).toMatch(
      new RegExp(`^${jobId} +completed .* a talk$`, 'm'),
    );
    const parts = await descendantsOf(next.pid);
    expect(await next.end('SIGINT')).toEqual({ code: 0, signal: null });
    expect(await stillRunning(parts)).toEqual([]);
  });

  test('starts a part again that dies', async () => {
    const stack = startCommand(home, 'up');
    await stack.untilOutput(/Stop with Ctrl-C/);
    const worker = await until(async () =>
      (await descendantsOf(stack.pid)).find(({ command }) => command.includes('workers/main.ts')),
    );
    process.kill(worker.pid, 'SIGKILL');
    await stack.untilOutput(/The worker ended unexpectedly/);
    const { code, output } = await runCommand(home, 'run', video, '--output-dir', 'after', '--json');
    expect(code, output).toBe(0);
    expect(eventsOf(output).map(({ event }) => event)).not.toContain('ready');
    expect(await stack.end('SIGINT')).toEqual({ code: 0, signal: null });
  });
});
