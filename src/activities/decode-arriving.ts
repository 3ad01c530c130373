import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { MediaFacts } from '../domain/media.ts';
import type { ArrivingMedia } from '../ports/video-source.ts';
import { NotStreamableError, type MediaTool } from '../ports/media-tool.ts';

/** How often a growing file is looked at for new bytes. */
const POLL_INTERVAL_MS = 100;
const READ_BYTES = 256 * 1024;

export interface DecodeArrivingOptions {
  signal: AbortSignal;
  /** Called where a whole file is there to be probed; false: decode nothing (more) of it. */
  onFacts: (facts: MediaFacts) => boolean;
}

/**
 * Decodes media while it arrives, to PCM in order. What cannot be read from a pipe (an MP4 whose index comes
 * last, a video without audio) waits for the whole file, which is probed before it is decoded.
 */
export async function* decodeArriving(
  media: ArrivingMedia,
  mediaTool: MediaTool,
  { signal, onFacts }: DecodeArrivingOptions,
): AsyncGenerator<Buffer> {
  if (media.kind === 'growing') {
    let yielded = false;
    try {
      const stream = Readable.from(bytesOf(media, signal));
      for await (const pcm of mediaTool.decodeAudio({ stream }, { signal })) {
        yielded = true;
        yield pcm as Buffer;
      }
      await media.completed;
      return;
    } catch (error) {
      if (yielded || !(error instanceof NotStreamableError)) throw error;
    }
  }
  const { filePath } = await media.completed;
  if (!onFacts(await mediaTool.probe(filePath, { signal }))) return;
  for await (const pcm of mediaTool.decodeAudio({ filePath }, { signal })) yield pcm as Buffer;
}

/** The bytes of a growing file, to its end; ends when the download has completed and all was read. */
async function* bytesOf(media: ArrivingMedia, signal: AbortSignal): AsyncGenerator<Buffer> {
  let position = 0;
  let finished = false;
  const settle = media.completed.then(
    () => (finished = true),
    () => (finished = true),
  );
  for (;;) {
    const wasFinished = finished;
    const end = media.availableBytes();
    if (end > position) {
      // The file is renamed when it is complete.
      const path = wasFinished ? (await media.completed).filePath : media.filePath;
      const stream = createReadStream(path, { start: position, end: end - 1, highWaterMark: READ_BYTES });
      for await (const bytes of stream) {
        position += (bytes as Buffer).length;
        yield bytes as Buffer;
      }
    } else if (wasFinished) {
      // Fails here when the download failed: what is missing must not look like the end.
      await media.completed;
      return;
    } else {
      await Promise.race([delay(POLL_INTERVAL_MS, undefined, { signal }), settle]);
    }
  }
}
