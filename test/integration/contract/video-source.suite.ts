import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FfmpegMediaTool } from '../../../src/adapters/ffmpeg/ffmpeg-media-tool.ts';
import type { Fetchable } from '../../../src/domain/kept-address.ts';
import type { SourceLocator } from '../../../src/domain/media.ts';
import { videoMetadataSchema } from '../../../src/domain/media.ts';
import type { ArrivingMedia, DownloadProgress, VideoSource } from '../../../src/ports/video-source.ts';
import { makeMedia, noisyPicture, sweepingTone, videoAtRate } from '../../support/make-media.ts';
import { MediaServer } from '../../support/media-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

const SECONDS = 16;
/** A transfer of the clip takes several times what a test needs to step in. */
const SLOWLY_BYTES_PER_SECOND = 1_500_000;

export interface SourceUnderTest {
  source: VideoSource;
  /** Makes the clip reachable for this source. */
  locate(clipPath: string, server: MediaServer): Fetchable<SourceLocator> | Promise<Fetchable<SourceLocator>>;
  /** Whether bytes travel. */
  downloads: boolean;
  close?(): Promise<void>;
}

export const mediaTool = new FfmpegMediaTool({
  ffmpeg: tools.ffmpeg,
  ffprobe: tools.ffprobe,
  workDirectory: testFolder(),
});

export const never = new AbortController().signal;

/** The decoded audio of a file, hashed. */
export const hashOfAudio = async (filePath: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const pcm of mediaTool.decodeAudio({ filePath }, { signal: never })) hash.update(pcm as Buffer);
  return hash.digest('hex');
};

/** Reads a growing file as a reader of the port does: what is there, while the rest arrives. */
export const readWhileArriving = (media: ArrivingMedia): Readable => {
  async function* bytes(): AsyncGenerator<Buffer> {
    let position = 0;
    let finished = false;
    media.completed.then(
      () => (finished = true),
      () => (finished = true),
    );
    for (;;) {
      const last = finished;
      const available = media.availableBytes();
      if (available > position) {
        const path = last ? (await media.completed).filePath : media.filePath;
        for await (const chunk of createReadStream(path, { start: position, end: available - 1 })) {
          position += (chunk as Buffer).length;
          yield chunk as Buffer;
        }
      } else if (last) {
        await media.completed;
        return;
      } else {
        await delay(20);
      }
    }
  }
  return Readable.from(bytes());
};

/** What every source of videos keeps to. */
export const describeVideoSource = (name: string, create: () => Promise<SourceUnderTest>): void => {
  describe(`the ${name} source keeps the contract of VideoSource: it`, () => {
    let subject: SourceUnderTest;
    let server: MediaServer;
    let clip: string;
    let locator: Fetchable<SourceLocator>;

    beforeAll(async () => {
      subject = await create();
      server = await new MediaServer().start();
      // Streamable, and of a kind that no source fetches in parts.
      clip = await makeMedia(
        join(testFolder(), 'clip.mkv'),
        ...noisyPicture(SECONDS),
        ...sweepingTone(SECONDS),
        ...[...videoAtRate(4_000_000), '-c:a', 'libmp3lame'],
        ...['-metadata', 'title=A sweeping tone'],
      );
      locator = await subject.locate(clip, server);
    });

    afterAll(async () => {
      await subject.close?.();
      await server.close();
    });

    const open = (
      workDirectory: string,
      signal: AbortSignal = never,
      onProgress: (progress: DownloadProgress) => void = () => undefined,
    ): Promise<ArrivingMedia> => subject.source.openAudio(locator, { workDirectory, signal, onProgress });

    it('takes its own locators', async () => {
      expect(await subject.source.accepts(locator, { signal: never })).toBe(true);
    });

    it('tells what the video is without downloading it', async () => {
      server.bodyBytesSent = 0;
      const metadata = await subject.source.fetchMetadata(locator, {
        workDirectory: testFolder(),
        signal: never,
      });
      expect(videoMetadataSchema.parse(metadata)).toEqual(metadata);
      expect(metadata.title).toBe('A sweeping tone');
      expect(metadata.isLive).toBe(false);
      expect(metadata.url ?? '').not.toContain('secret');
      expect(server.bodyBytesSent).toBeLessThan((await stat(clip)).size * 0.75);
    });

    it('says the same of the same video', async () => {
      const ask = () => subject.source.fetchMetadata(locator, { workDirectory: testFolder(), signal: never });
      expect(await ask()).toEqual(await ask());
    });

    it('brings the audio, whole', async () => {
      const progress: DownloadProgress[] = [];
      const media = await open(testFolder(), never, (step) => progress.push(step));
      const { filePath } = await media.completed;
      expect(await hashOfAudio(filePath)).toBe(await hashOfAudio(clip));
      expect(media.availableBytes()).toBe((await stat(clip)).size);
      expect(progress.at(-1)?.receivedBytes).toBe((await stat(clip)).size);
    });

    it('brings bytes that can be read while they arrive', async () => {
      const media = await open(testFolder());
      const read = createHash('sha256');
      for await (const chunk of readWhileArriving(media)) read.update(chunk as Buffer);
      expect(read.digest('hex')).toBe(
        createHash('sha256')
          .update(await readFile(clip))
          .digest('hex'),
      );
    });

    it('writes nowhere but into the work directory', async () => {
      const outer = testFolder();
      const media = await open(join(outer, 'job'));
      await media.completed;
      expect((await readdir(outer)).filter((entry) => entry !== 'job')).toEqual([]);
    });

    it('does nothing once the signal has aborted', async () => {
      const controller = new AbortController();
      controller.abort(new Error('cancelled'));
      await expect(open(testFolder(), controller.signal).then((media) => media.completed)).rejects.toThrow(
        'cancelled',
      );
    });

    it('ends all connections when it is aborted, and goes on where it stopped', async ({ skip }) => {
      if (!subject.downloads) skip('nothing travels');
      const size = (await stat(clip)).size;
      const served = [...server.files.values()];
      for (const file of served) file.bytesPerSecond = SLOWLY_BYTES_PER_SECOND;
      const workDirectory = testFolder();
      const controller = new AbortController();
      const media = await open(workDirectory, controller.signal, ({ receivedBytes }) => {
        if (receivedBytes > size * 0.6) controller.abort(new Error('cancelled'));
      });
      await expect(media.completed).rejects.toThrow('cancelled');
      for (const file of served) delete file.bytesPerSecond;
      await expect.poll(() => server.openConnections()).toBe(0);

      server.bodyBytesSent = 0;
      const resumed = await open(workDirectory);
      const { filePath } = await resumed.completed;
      expect(await hashOfAudio(filePath)).toBe(await hashOfAudio(clip));
      expect(server.bodyBytesSent).toBeLessThan(size * 0.6);
    });
  });
};
