import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PUBLIC_AND_PRIVATE_ADDRESSES } from '../../../src/adapters/egress/address-policy.ts';
import { createEgress } from '../../../src/adapters/egress/create-egress.ts';
import type { RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { createDirectLinkSource } from '../../../src/adapters/direct-link/create-direct-link-source.ts';
import type { VideoSource } from '../../../src/ports/video-source.ts';
import { makeMedia, noisyPicture, sweepingTone, videoAtRate } from '../../support/make-media.ts';
import { MediaServer } from '../../support/media-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { hashOfAudio, mediaTool, never } from '../contract/video-source.suite.ts';

const SECONDS = 40;
const HEAD_BYTES = 2 * 1024 ** 2;

describe('a direct link to an MP4 whose picture is much larger than its sound', () => {
  let server: MediaServer;
  let egress: RunningEgress;
  let source: VideoSource;
  const files = { indexLast: '', indexFirst: '', fragments: '' };
  let audioBytes: number;

  beforeAll(async () => {
    egress = await createEgress({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    source = createDirectLinkSource({ egress, mediaTool, maxBytes: 1e9 });
    const folder = testFolder();
    files.indexLast = await makeMedia(
      join(folder, 'last.mp4'),
      ...noisyPicture(SECONDS),
      ...sweepingTone(SECONDS),
      ...[...videoAtRate(8_000_000), '-c:a', 'aac', '-b:a', '64k'],
    );
    const copy = ['-i', files.indexLast, '-c', 'copy'];
    files.indexFirst = await makeMedia(join(folder, 'first.mp4'), ...copy, '-movflags', '+faststart');
    files.fragments = await makeMedia(
      join(folder, 'fragments.mp4'),
      ...[...copy, '-movflags', '+frag_keyframe+empty_moov'],
    );
    audioBytes = (await stat(await makeMedia(join(folder, 'audio.m4a'), ...copy, '-vn'))).size;
  });

  beforeEach(async () => {
    server = await new MediaServer().start();
    for (const [name, filePath] of Object.entries(files))
      server.files.set(`/${name}.mp4`, { filePath, etag: '"1"', severalRanges: true });
    return () => server.close();
  });

  afterAll(() => egress.close());

  const open = (
    name: string,
    workDirectory = testFolder(),
    signal = never,
    onProgress = (_: { receivedBytes: number }) => {},
  ) =>
    source.openAudio({ kind: 'url', url: server.url(`/${name}.mp4`) }, { workDirectory, signal, onProgress });

  it.each(['indexLast', 'indexFirst'] as const)(
    'tells its duration for the cost of head and index (%s)',
    async (name) => {
      const metadata = await source.fetchMetadata(
        { kind: 'url', url: server.url(`/${name}.mp4`) },
        { workDirectory: testFolder(), signal: never },
      );
      expect(metadata.durationSeconds).toBeCloseTo(SECONDS, 0);
      expect(server.bodyBytesSent).toBeLessThan(HEAD_BYTES * 1.5);
    },
  );

  it.each(['indexLast', 'indexFirst'] as const)(
    'costs head, index and audio, not the picture (%s)',
    async (name) => {
      const media = await open(name);
      const { size } = await stat(files[name]);
      expect(media.kind).toBe('whole');
      expect(size).toBeGreaterThan(25_000_000);
      expect(server.bodyBytesSent).toBeLessThan(HEAD_BYTES * 1.5 + audioBytes * 3);
      expect(await hashOfAudio((await media.completed).filePath)).toBe(await hashOfAudio(files[name]));
    },
  );

  it('comes whole where its index lies in fragments all over it', async () => {
    const media = await open('fragments');
    expect(await hashOfAudio((await media.completed).filePath)).toBe(await hashOfAudio(files.fragments));
  });

  it('asks for many ranges at a time, so that few requests are enough', async () => {
    await open('indexLast');
    expect(server.requests.length).toBeLessThan(30);
  });

  it('brings the same sound from a host that sends one range at a time', async () => {
    server.files.set('/single.mp4', { filePath: files.indexLast, etag: '"1"' });
    const media = await open('single');
    expect(await hashOfAudio((await media.completed).filePath)).toBe(await hashOfAudio(files.indexLast));
  });

  it('goes on where it stopped', async () => {
    const workDirectory = testFolder();
    const controller = new AbortController();
    const stopped = open('indexLast', workDirectory, controller.signal, ({ receivedBytes }) => {
      if (receivedBytes > audioBytes / 2) controller.abort(new Error('cancelled'));
    });
    await expect(stopped).rejects.toThrow('cancelled');
    await expect.poll(() => server.openConnections()).toBe(0);
    server.bodyBytesSent = 0;
    const media = await open('indexLast', workDirectory);
    expect(server.bodyBytesSent).toBeLessThan(audioBytes);
    expect(await hashOfAudio((await media.completed).filePath)).toBe(await hashOfAudio(files.indexLast));
  });

  it('fetches the whole file in order where the host knows no ranges', async () => {
    server.files.set('/plain.mp4', { filePath: files.indexFirst, ranges: false });
    const media = await open('plain');
    expect(media.kind).toBe('growing');
    expect(await hashOfAudio((await media.completed).filePath)).toBe(await hashOfAudio(files.indexFirst));
  });
});
