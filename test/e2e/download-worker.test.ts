import { readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Server } from 'proxy-chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobStatus } from '../../src/api/jobs/job-schemas.ts';
import { ApiProcess } from '../support/api-process.ts';
import { activitiesOf } from '../support/job-history.ts';
import { makeMedia } from '../support/make-media.ts';
import { MediaServer, type ServedFile } from '../support/media-server.ts';
import { Stack, TestHome } from '../support/stack.ts';
import { makeTalk, talkInput, type Talk } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import { WorkerProcess } from '../support/worker-process.ts';
import { wordErrorRate } from '../support/word-error-rate.ts';

const ADMIN_TOKEN = 'administrator-token-of-this-test-installation';
const COOKIE = 'members-only-cookie-value';
const PROXY_PASSWORD = 'password-of-the-proxy';

describe("a download worker on a user's machine", () => {
  const folder = testFolder();
  const laptop = new TestHome();
  let stack: Stack;
  let home: TestHome;
  let site: MediaServer;
  let api: ApiProcess;
  let server: WorkerProcess;
  let proxy: Server;
  let throughProxy = 0;
  let token: string;
  let talk: Talk;
  let media: ServedFile;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    talk = await makeTalk({ seconds: 20, pauseSeconds: 0.8 });
    const filePath = await makeMedia(
      join(folder, 'talk.mp4'),
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=5'],
      ...talkInput(talk),
      ...['-shortest', '-c:v', 'mpeg4', '-b:v', '400k', '-c:a', 'aac', '-b:a', '64k'],
      ...['-movflags', '+faststart'],
    );
    media = { filePath, etag: '"1"' };
    stack = await Stack.start();
    home = stack.home();
    site = await new MediaServer().start();
    site.files.set('/talk.mp4', media);
    // A site for members; whoever asks without the cookie is turned away.
    site.pages.set('/watch', ({ headers }, response) => {
      const isMember = headers.cookie?.includes(COOKIE) === true;
      response.writeHead(isMember ? 200 : 403, { 'content-type': 'text/html' });
      response.end('<title>A talk for members</title><video src="/talk.mp4"></video>');
    });
    proxy = new Server({
      host: '127.0.0.1',
      port: 0,
      prepareRequestFunction: ({ username, password }) => {
        if (username !== 'me' || password !== PROXY_PASSWORD) return { requestAuthentication: true };
        throughProxy += 1;
        return {};
      },
    });
    await proxy.listen();
    api = await ApiProcess.start({
      home: home.path,
      temporalAddress: stack.temporal.address,
      settings: { CLIPSCRIBE_ADMIN_TOKEN: ADMIN_TOKEN },
    });
    // The site lies on loopback, which this worker may not reach.
    server = await stack.worker(home, { settings: { CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'false' } });
    const body = { email: 'member@example.org', tier: 'researcher' };
    ({ token } = await api.post<{ token: string }>('/api/admin/tokens', body, ADMIN_TOKEN));
    await writeFile(
      join(laptop.path, 'cookies.txt'),
      `# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t${COOKIE}\n`,
    );
  });

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end()));
    await api?.close();
    await stack?.close();
    await proxy?.close(true);
    await site?.close();
    laptop.remove();
  });

  const startWorker = async (): Promise<WorkerProcess> => {
    const worker = await WorkerProcess.start({
      role: 'download',
      home: laptop.path,
      // It has no need of Temporal.
      temporalAddress: '127.0.0.1:9',
      settings: {
        CLIPSCRIBE_API_URL: api.address,
        CLIPSCRIBE_TOKEN: token,
        CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true',
        CLIPSCRIBE_COOKIES_FILE: join(laptop.path, 'cookies.txt'),
        CLIPSCRIBE_DOWNLOAD_PROXY: `http://me:${PROXY_PASSWORD}@127.0.0.1:${proxy.port}`,
      },
    });
    workers.push(worker);
    return worker;
  };

  const submit = async (): Promise<string> => {
    const body = { url: site.url('/watch'), options: { download: 'worker' } };
    return (await api.post<Job>('/api/jobs', body, token)).id;
  };
  const statusOf = (id: string): Promise<JobStatus> => api.get<JobStatus>(`/api/jobs/${id}/status`, token);
  const untilStatus = (id: string, holds: (status: JobStatus) => boolean): Promise<JobStatus> =>
    until(async () => {
      const status = await statusOf(id);
      return holds(status) ? status : undefined;
    });
  /** Bytes of a video that have arrived. */
  const arrivedBytes = (): number =>
    readdirSync(laptop.folders.downloads, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.part'))
      .map((name) => statSync(join(laptop.folders.downloads, name), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0);

  it('is waited for, goes on after kill -9, and alone touches the site', async () => {
    const { size } = statSync(media.filePath);
    const id = await submit();
    const waiting = await untilStatus(id, ({ download }) => download !== null);
    expect(waiting.status).toBe('running');
    expect(waiting.download).toEqual({
      state: 'no-worker',
      message:
        'waits for your download worker. If none runs, start one on your machine: clipscribe worker --role download',
    });
    expect(site.requests).toEqual([]);

    media.stallAfterBytes = Math.floor(size / 2);
    const first = await startWorker();
    await until(() => arrivedBytes() > 0);
    await untilStatus(id, ({ download }) => download?.state === 'running');
    await first.end('SIGKILL');
    const kept = arrivedBytes();
    delete media.stallAfterBytes;
    const second = await startWorker();
    const ended = await untilStatus(id, ({ status }) => status !== 'running');
    expect(ended).toMatchObject({ status: 'completed', title: 'A talk for members', download: null });
    const resumed = site.requests.filter((request) => /^GET \/talk\.mp4 bytes=[1-9]/.test(request));
    expect(resumed.length).toBeGreaterThan(0);
    expect(kept).toBeGreaterThan(0);

    const text = await fetch(new URL(`/api/jobs/${id}/artifacts/transcript.txt`, api.address), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(wordErrorRate(talk.text, await text.text())).toBeLessThan(0.3);
    // Every request that the site has seen came through the proxy that this machine alone knows.
    expect(site.requests.length).toBeGreaterThan(0);
    expect(throughProxy).toBeGreaterThanOrEqual(site.requests.length);
    const history = await stack.client.workflow.getHandle(id).fetchHistory();
    const there = activitiesOf(history).filter(({ taskQueue }) => taskQueue.includes('-download-'));
    expect(there.map(({ name }) => name)).toEqual(['downloadMetadata', 'downloadAudio']);
    for (const written of [JSON.stringify(history), api.output, server.output, second.output]) {
      expect(written).not.toContain(COOKIE);
      expect(written).not.toContain(PROXY_PASSWORD);
      expect(written).not.toContain(token);
    }
    expect(readdirSync(laptop.folders.downloads)).toEqual([]);
    await second.end('SIGTERM');
  });

  it('hands its work back on SIGTERM, and gives up what is cancelled', async () => {
    media.stallAfterBytes = 100_000;
    const id = await submit();
    const first = await startWorker();
    await until(() => arrivedBytes() > 0);
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const handedBack = await statusOf(id);
    expect(handedBack.download?.state).not.toBe('running');
    expect(handedBack.retrying).toBeNull();
    await startWorker();
    await untilStatus(id, ({ download }) => download?.state === 'running');
    await api.post(`/api/jobs/${id}/cancel`, {}, token);
    await untilStatus(id, ({ status }) => status === 'cancelled');
    await until(() => readdirSync(laptop.folders.downloads).length === 0);
  });
});
