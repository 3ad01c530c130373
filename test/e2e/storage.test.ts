import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobStatus } from '../../src/api/jobs/job-schemas.ts';
import { makeMedia } from '../support/make-media.ts';
import { ApiProcess } from '../support/api-process.ts';
import { Stack, type TestHome } from '../support/stack.ts';
import { startGcsEmulator, startS3Emulator, type StorageEmulator } from '../support/storage-emulators.ts';
import { makeTalk, talkInput, type Talk } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import { wordErrorRate } from '../support/word-error-rate.ts';

interface Upload {
  uploadId: string;
  url: string;
  method: string;
  headers: Record<string, string>;
}

describe('a job whose files lie in a bucket, by settings alone', () => {
  let stack: Stack;
  let talk: Talk;
  let video: string;

  beforeAll(async () => {
    talk = await makeTalk({ seconds: 20, pauseSeconds: 0.8 });
    video = await makeMedia(
      join(testFolder(), 'Warm water.mp4'),
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=5'],
      ...talkInput(talk),
      ...['-shortest', '-c:v', 'mpeg4', '-b:v', '100k', '-c:a', 'aac', '-b:a', '64k'],
    );
    stack = await Stack.start();
  });
  afterAll(() => stack?.close());

  it.each<[string, () => Promise<StorageEmulator>]>([
    ['S3', startS3Emulator],
    ['Google Cloud Storage', startGcsEmulator],
  ])('comes from an upload to %s and is fetched through redirects there', async (_vendor, startEmulator) => {
    const emulator = await startEmulator();
    const home: TestHome = stack.home();
    const worker = await stack.worker(home, { settings: emulator.settings });
    const api = await ApiProcess.start({
      home: home.path,
      temporalAddress: stack.temporal.address,
      settings: emulator.settings,
    });
    try {
      const { size } = await stat(video);
      const upload = await api.post<Upload>('/api/uploads', {
        fileName: 'Warm water.mp4',
        bytes: size,
        contentType: 'video/mp4',
      });
      expect(new URL(upload.url).origin).toBe(emulator.address);
      const sent = await fetch(upload.url, {
        method: upload.method,
        headers: { ...upload.headers, 'content-length': String(size) },
        body: Readable.toWeb(createReadStream(video)) as ReadableStream,
        duplex: 'half',
      });
      expect(sent.status).toBe(200);
      const { id } = await api.post<Job>('/api/jobs', { uploadId: upload.uploadId });
      const ended = await until(async () => {
        const status = await api.get<JobStatus>(`/api/jobs/${id}/status`);
        return ['queued', 'running'].includes(status.status) ? undefined : status;
      });
      expect(ended).toMatchObject({ status: 'completed', title: 'Warm water' });
      const path = `${api.address}/api/jobs/${id}/artifacts/transcript.txt`;
      const redirect = await fetch(path, { redirect: 'manual' });
      expect(redirect.status).toBe(302);
      expect(new URL(redirect.headers.get('location') ?? '').origin).toBe(emulator.address);
      expect(wordErrorRate(talk.text, await (await fetch(path)).text())).toBeLessThan(0.3);
      // Nothing of it lies on the machine.
      expect(existsSync(home.folders.artifacts)).toBe(false);
    } finally {
      await api.close();
      await worker.end();
      await emulator.close();
    }
  });
});
