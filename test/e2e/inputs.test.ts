import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coreDocumentSchema } from '../../src/domain/core-document.ts';
import { manifestSchema } from '../../src/domain/manifest.ts';
import { freePort } from '../support/free-port.ts';
import { activitiesOf } from '../support/job-history.ts';
import { makeMedia, sweepingTone } from '../support/make-media.ts';
import { MediaServer } from '../support/media-server.ts';
import { RESULT_FILES, Stack, type TestHome } from '../support/stack.ts';
import { testFolder } from '../support/test-folder.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

const HTML = '<!doctype html><html><title>Not a video</title><p>Please sign in.</p></html>';

describe('inputs that cannot work, and videos in which nobody speaks', () => {
  const folder = testFolder();
  let stack: Stack;
  let home: TestHome;
  let site: MediaServer;
  let worker: WorkerProcess;
  let goodFile: string;

  beforeAll(async () => {
    stack = await Stack.start();
    home = stack.home();
    site = await new MediaServer().start();
    worker = await stack.worker(home);
    goodFile = await makeMedia(join(folder, 'good.mp4'), ...sweepingTone(5), '-c:a', 'aac');
    site.files.set('/canary.mp4', { filePath: goodFile });
  });

  afterAll(async () => {
    await stack?.close();
    await site?.close();
  });

  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  /** Bytes without any order, the same ones in every run. */
  const noise = (): Buffer =>
    Buffer.concat(
      Array.from({ length: 2_000 }, (_, index) => createHash('sha256').update(`${index}`).digest()),
    );

  it.each<[string, string, () => string]>([
    ['noise', 'CorruptMedia', () => write('noise.mp4', noise())],
    [
      'an MP4 that ends before its index',
      'CorruptMedia',
      () => write('cut.mp4', readFileSync(goodFile).subarray(0, 20_000)),
    ],
    ['a web page named .mp4', 'CorruptMedia', () => write('page.mp4', HTML)],
    ['an empty file', 'EmptyFile', () => write('empty.mp4', '')],
    ['a file that is not there', 'FileNotFound', () => join(folder, 'nowhere.mp4')],
    ['a folder', 'FileNotFound', () => folder],
    // The files that these name are good: whoever followed them would complete the job.
    [
      'a playlist named .mp4 that points at a file of this host',
      'UnsupportedMedia',
      () => write('playlist.mp4', `#EXTM3U\n#EXTINF:5,\nfile://${goodFile}\n#EXT-X-ENDLIST\n`),
    ],
    [
      'a playlist named .mp4 that points at a host of this network',
      'UnsupportedMedia',
      () => write('remote.mp4', `#EXTM3U\n#EXTINF:5,\n${site.url('/canary.mp4')}\n#EXT-X-ENDLIST\n`),
    ],
    [
      'a concatenation script that points at a file of this host',
      'UnsupportedMedia',
      () => write('list.mp4', `ffconcat version 1.0\nfile '${goodFile}'\n`),
    ],
  ])('refuses %s with %s', async (_name, code, makeFile) => {
    const job = await stack.submit({ kind: 'file', path: makeFile() });
    expect(await job.failureCode()).toBe(code);
    await expectNothingHappened(job);
  });

  it.each<[string, string, () => string | Promise<string>]>([
    ['a host that is not there', 'HostUnreachable', () => 'http://no-such-host.invalid/talk.mp4'],
    [
      'a host that takes no connection',
      'HostUnreachable',
      async () => `http://127.0.0.1:${await freePort()}/talk.mp4`,
    ],
    ['a page that wants a login', 'VideoUnavailable', () => site.page('/login', HTML, 401)],
    ['a page without a video', 'UnsupportedSite', () => site.page('/nothing', HTML)],
    ['a page that is not there', 'VideoUnavailable', () => site.url('/gone')],
    [
      'a live stream',
      'LiveStream',
      () => {
        site.pages.set('/live.m3u8', (_request, response) =>
          response
            .writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' })
            .end('#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:5,\n/live7.ts\n'),
        );
        return site.page('/live', '<video><source src="/live.m3u8" type="application/x-mpegURL"></video>');
      },
    ],
    [
      'a web page that says it is an MP4',
      'CorruptMedia',
      () => {
        const filePath = write('liar.html', HTML.padEnd(200_000));
        site.files.set('/liar.mp4', { filePath, contentType: 'video/mp4' });
        return site.url('/liar.mp4');
      },
    ],
  ])('refuses %s with %s', async (_name, code, makeUrl) => {
    const job = await stack.submit({ kind: 'url', url: await makeUrl() });
    expect(await job.failureCode()).toBe(code);
    await expectNothingHappened(job);
  });

  /** One attempt, no model, nothing left, and the worker lives. */
  const expectNothingHappened = async (job: Awaited<ReturnType<Stack['submit']>>): Promise<void> => {
    const activities = activitiesOf(await job.handle.fetchHistory());
    expect(activities.map(({ attempt }) => attempt)).toEqual(activities.map(() => 1));
    expect(stack.ledger.calls).toEqual([]);
    expect(home.scratch()).toEqual([]);
    expect(site.requests.filter((request) => request.includes('canary'))).toEqual([]);
    expect(worker.running).toBe(true);
  };

  it.each<[string, string, string[], string]>([
    [
      'a video without an audio track',
      // A name that a program might take for an option.
      '-y.mp4',
      ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=5:d=20', '-c:v', 'mpeg4'],
      'This video has no audio track, so there is nothing to transcribe.',
    ],
    [
      'silence',
      'nothing; to $(hear).wav',
      ['-f', 'lavfi', '-i', 'anullsrc=r=44100:cl=mono', '-t', '90'],
      'No speech was found in this video.',
    ],
    [
      'music',
      'musique – été.mp3',
      ['-f', 'lavfi', '-i', chords(60), '-b:a', '96k'],
      'No speech was found in this video.',
    ],
  ])('completes a job about %s and says so', async (_name, fileName, ffmpegArguments, notice) => {
    const path = await makeMedia(join(folder, fileName), ...ffmpegArguments);
    const job = await stack.submit({ kind: 'file', path });
    await job.result();
    expect(readdirSync(job.resultFolder(home)).sort()).toEqual(RESULT_FILES);
    const core = coreDocumentSchema.parse(JSON.parse(await job.file(home, 'core.json')));
    expect(core).toMatchObject({ segments: [], entities: [], relations: [], language: null });
    expect(core.job.notices).toEqual([notice]);
    expect(manifestSchema.parse(JSON.parse(await job.file(home, 'manifest.json'))).files.length).toBe(
      RESULT_FILES.length - 1,
    );
    expect(await job.file(home, 'report.md')).toContain(notice);
    expect(await job.file(home, 'transcript.vtt')).toMatch(/^WEBVTT\s*$/);
    expect(await job.file(home, 'transcript.srt')).toBe('');
    expect(stack.ledger.calls).toEqual([]);
    expect(home.scratch()).toEqual([]);
  });
});

/** Four chords in turn, as an organ plays them. */
function chords(seconds: number): string {
  const roots = [220, 174.6, 261.6, 196];
  const root = `(${roots.map((hertz, index) => `${hertz}*eq(mod(floor(t),4),${index})`).join('+')})`;
  const tones = [1, 1.26, 1.5, 2].map((ratio) => `0.12*sin(2*PI*t*${ratio}*${root})`).join('+');
  return `aevalsrc='${tones}':s=44100:d=${seconds}`;
}
