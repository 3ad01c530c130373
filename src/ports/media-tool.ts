import type { Readable } from 'node:stream';
import type { MediaFacts } from '../domain/media.ts';
import type { ByteRange } from './artifact-store.ts';

/** Where encoded media comes from: a whole local file, or a stream that still arrives. */
export type MediaInput = { filePath: string } | { stream: Readable };

/** Reads and converts media. Inputs are hostile: only whitelisted demuxers, local files and pipes, no network. */
export interface MediaTool {
  /**
   * What a local file is, without decoding it. Its audio may still turn out to be damaged.
   *
   * @throws ClipScribeError `FileNotFound`, `EmptyFile`, `CorruptMedia`, `UnsupportedMedia`, `MediaTooLarge`
   *   (all final), `ToolMissing`, `ToolCrashed`
   */
  probe(filePath: string, options: { signal: AbortSignal }): Promise<MediaFacts>;
  /**
   * Where in an indexed file (MP4, MOV) the packets of the first audio track lie, in the order of the track, with
   * neighbours joined. Works on a sparse copy that holds little more than the index.
   *
   * @throws what {@link probe} throws
   */
  locateAudio(filePath: string, options: { signal: AbortSignal }): Promise<ByteRange[]>;
  /**
   * Decodes the first audio track to mono s16le PCM at SAMPLE_RATE_HZ. Sample n is what is heard
   * n / SAMPLE_RATE_HZ seconds into the media: a late start and gaps are filled with silence. Damaged packets
   * are skipped; media that is damaged from some point on ends there, without an error. The memory used does not
   * grow with the length: the stream obeys back-pressure. Chunk bounds may lie inside a sample.
   *
   * Destroying the returned stream, or aborting, ends the work; an input stream is destroyed in every case.
   *
   * @returns a stream that fails with the error of the input stream, with the reason of an abort, with
   *   {@link NotStreamableError} (input streams only), or with the ClipScribeErrors of {@link probe}:
   *   `CorruptMedia` where nothing at all can be decoded, also because there is no audio track
   */
  decodeAudio(input: MediaInput, options: { signal: AbortSignal }): Readable;
  /**
   * Writes the first audio track of a file as FLAC, with the very samples of {@link decodeAudio}. Replaces what was
   * there.
   *
   * @throws what {@link decodeAudio} fails with
   */
  saveSound(filePath: string, targetPath: string, options: { signal: AbortSignal }): Promise<void>;
  /** Mono s16le PCM, 16 samples at least, to FLAC, for one chunk. Deterministic for one version of the tool. */
  encodeFlac(pcm: Uint8Array, options: { signal: AbortSignal }): Promise<Uint8Array>;
}

/**
 * The media gives no sound while it arrives, such as an MP4 whose index comes last. Nothing is lost: wait for the
 * whole file and decode that, which works or tells what is wrong with it.
 */
export class NotStreamableError extends Error {
  override readonly name = 'NotStreamableError';

  constructor() {
    super('This media decodes from a whole file only.');
  }
}
