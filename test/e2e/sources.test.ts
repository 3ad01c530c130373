import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeMedia } from '../support/make-media.ts';
import { MediaServer } from '../support/media-server.ts';
import { Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { makeTalk, talkInput, type Talk } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import { wordErrorRate } from '../support/word-error-rate.ts';

/** Every picture is coded whole, so that it is large and quickly made. */
const LARGE_PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25'];
const LARGE_VIDEO = ['-c:v', 'mpeg4', '-g', '1', '-q:v', '1', '-shortest'];

describe('where videos come from', () => {
  const folder = testFolder();
  let stack: Stack;
  let home: TestHome;
  let site: MediaServer;
  let shortTalk: Talk;

  beforeAll(async () => {
    stack = await Stack.start();
    home = stack.home();
    site = await new MediaServer().start();
    shortTalk = await makeTalk({ seconds: 40, pauseSeconds: 0.8 });
    await stack.worker(home);
  });

  afterEach(() => {
    site.bodyBytesSent = 0;
    site.requests.length = 0;
    stack.ledger.clear();
    expect(home.scratch()).toEqual([]);
  });

  afterAll(async () => {
    await stack?.close();
    await site?.close();
  });

  const submit = (url: string): Promise<StackJob> => stack.submit({ kind: 'url', url });

  const expectTalk = async (job: StackJob, talk: Talk): Promise<void> => {
    await job.result();
    const { segments, durationSeconds } = await job.transcript(home);
    expect(wordErrorRate(talk.text, segments.map(({ text }) => text).join(' '))).toBeLessThan(0.2);
    expect(durationSeconds).toBeCloseTo(talk.durationSeconds, 0);
  };

  it('fetches little more than the sound of a video by a direct link', async () => {
    const filePath = await makeMedia(
      join(folder, 'large.mp4'),
      ...LARGE_PICTURE,
      ...talkInput(shortTalk),
      ...LARGE_VIDEO,
      ...['-c:a', 'aac', '-b:a', '64k'],
    );
    const { size } = await stat(filePath);
    expect(size).toBeGreaterThan(20_000_000);
    site.files.set('/large.mp4', { filePath, severalRanges: true, etag: '"1"' });
    await expectTalk(await submit(site.url('/large.mp4')), shortTalk);
    // Two megabytes of head and the index are read to know the file.
    expect(site.bodyBytesSent).toBeLessThan(size / 4);
  });

  it.each([
    ['MP3', 'talk.mp3', 'audio/mpeg', ['-ac', '2', '-b:a', '320k']],
    ['WebM', 'talk.webm', 'video/webm', ['-ac', '2', '-c:a', 'libopus', '-b:a', '256k', '-vbr', 'off']],
  ])(
    'transcribes the first words of a %s file before its last bytes were served',
    async (_format, name, contentType, encoding) => {
      const talk = await makeTalk({ seconds: 180, pauseSeconds: 9 });
      const content = readFileSync(await makeMedia(join(folder, name), ...talkInput(talk), ...encoding));
      const firstPart = Math.round(content.length * 0.7);
      site.pages.set(`/${name}`, (request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': contentType, 'content-length': content.length });
        if (request.method === 'HEAD') {
          response.end();
          return;
        }
        response.write(content.subarray(0, firstPart));
        // The rest comes only once the model was asked for the first words.
        void until(() => stack.ledger.calls.length > 0 || response.destroyed).then(() =>
          response.end(content.subarray(firstPart)),
        );
      });
      await expectTalk(await submit(site.url(`/${name}`)), talk);
    },
  );

  it('finds the video of a page with yt-dlp, and the title of the page', async () => {
    const filePath = await makeMedia(join(folder, 'clip.mp3'), ...talkInput(shortTalk), '-b:a', '64k');
    site.files.set('/media/clip.mp3', { filePath, contentType: 'audio/mpeg', etag: '"1"' });
    const page = site.page(
      '/watch',
      '<html><head><title>Warm water for Plymouth</title></head><video src="/media/clip.mp3"></video></html>',
    );
    const job = await submit(page);
    await expectTalk(job, shortTalk);
    expect(JSON.parse(await job.file(home, 'core.json'))).toMatchObject({
      video: { title: 'Warm water for Plymouth', url: page },
    });
  });

  it('asks any OpenAI-compatible server for transcripts where one is set', async () => {
    await stack.reset();
    const elsewhere = stack.home();
    const settings = { CLIPSCRIBE_TRANSCRIPTION_URL: `http://127.0.0.1:${stack.ledger.port}/v1` };
    await stack.worker(elsewhere, { settings });
    const filePath = await makeMedia(join(folder, 'short.mp3'), ...talkInput(shortTalk), '-b:a', '64k');
    const job = await stack.submit({ kind: 'file', path: filePath });
    await job.result();
    const { segments } = await job.transcript(elsewhere);
    expect(wordErrorRate(shortTalk.text, segments.map(({ text }) => text).join(' '))).toBeLessThan(0.2);
    expect(stack.ledger.calls).toMatchObject([{ state: 'finished', speechSeconds: 0 }]);
  });
});

describe('addresses that lead into a private network', () => {
  let stack: Stack;
  let site: MediaServer;
  let canary: MediaServer;

  beforeAll(async () => {
    stack = await Stack.start();
    site = await new MediaServer().start();
    canary = await new MediaServer().start();
    canary.page('/secret', '<video src="/secret.mp4"></video>');
  });

  afterAll(async () => {
    await stack?.close();
    await Promise.all([site?.close(), canary?.close()]);
  });

  /** The system takes this address for its own, and no setting allows it: not even the one for development. */
  const hiddenCanary = (): string => `http://0.0.0.0:${canary.port}/secret`;

  it('are refused behind redirects and in pages, also in development', async () => {
    const home = stack.home();
    await stack.worker(home);
    site.pages.set('/moved', (_request, response) =>
      response.writeHead(302, { location: hiddenCanary() }).end(),
    );
    const addresses = [
      hiddenCanary(),
      site.url('/moved'),
      site.page('/watch', `<title>Watch</title><video src="${hiddenCanary()}"></video>`),
    ];
    for (const url of addresses) {
      const job = await stack.submit({ kind: 'url', url });
      expect(await job.failureCode()).toBe('AddressBlocked');
    }
    expect(canary.requests).toEqual([]);
    expect(home.scratch()).toEqual([]);
    // What the protection holds back would otherwise be reached.
    expect((await fetch(hiddenCanary())).status).toBe(200);
    await stack.reset();
  });

  it('are refused when the development setting is off', async () => {
    const home = stack.home();
    await stack.worker(home, { settings: { CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'false' } });
    canary.requests.length = 0;
    const refusals: [string, string][] = [
      ['http://127.0.0.1/secret', 'AddressBlocked'],
      ['http://[::ffff:127.0.0.1]/secret', 'AddressBlocked'],
      ['http://localhost/secret', 'AddressBlocked'],
      ['http://169.254.169.254/latest/meta-data/', 'AddressBlocked'],
      [canary.url('/secret'), 'InvalidUrl'],
    ];
    for (const [url, code] of refusals) {
      const job = await stack.submit({ kind: 'url', url });
      expect([url, await job.failureCode()]).toEqual([url, code]);
    }
    expect(canary.requests).toEqual([]);
  });
});
