import type { Readable } from 'node:stream';
import type { MediaFacts } from '../domain/media.ts';

/** Where encoded media comes from: a whole local file, or a stream that still arrives. */
export type MediaInput = { filePath: string } | { stream: Readable };

/** Reads and converts media. Inputs are hostile: only whitelisted demuxers, local files and pipes, no network. */
export interface MediaTool {
  /**
   * What a local file is, without decoding it.
   *
   * @throws ClipScribeError `CorruptMedia`, `UnsupportedMedia`, `EmptyFile`, `FileNotFound`
   */
  probe(filePath: string, options: { signal: AbortSignal }): Promise<MediaFacts>;
  /**
   * Decodes the first audio track to mono s16le PCM at SAMPLE_RATE_HZ. The stream fails with ClipScribeError
   * `CorruptMedia` where the media cannot be decoded, and `StreamNotDecodable`-like trouble on a pipe (an MP4
   * whose index comes last) is reported as `NeedsWholeFile` through {@link DecodeHandle.needsWholeFile}.
   * Damaged packets are skipped, their time filled, so that the clock stays true.
   * Memory does not grow with the length: the stream obeys back-pressure.
   */
  decodeAudio(input: MediaInput, options: { signal: AbortSignal }): DecodeHandle;
  /** Mono s16le PCM to FLAC, for one chunk. Deterministic for one tool version. */
  encodeFlac(pcm: Uint8Array, options: { signal: AbortSignal }): Promise<Uint8Array>;
}

export interface DecodeHandle {
  readonly pcm: Readable;
  /** After the stream failed: true when the same media may decode from a whole, seekable file. */
  readonly needsWholeFile: () => boolean;
}
