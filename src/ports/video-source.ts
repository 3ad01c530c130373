import type { Fetchable } from '../domain/kept-address.ts';
import type { SourceLocator, VideoMetadata } from '../domain/media.ts';

/** How far a download is. `totalBytes` null where the other side does not tell. */
export interface DownloadProgress {
  receivedBytes: number;
  totalBytes: number | null;
}

export interface OpenAudioOptions {
  /** A folder of this job on this host; what an earlier attempt left there is gone on with. */
  workDirectory: string;
  signal: AbortSignal;
  /** Called at least every few seconds while bytes arrive, so that the caller can heartbeat. */
  onProgress: (progress: DownloadProgress) => void;
}

/** Media that is arriving at a local file, or is already there. */
export interface ArrivingMedia {
  /**
   * - `whole`: the file is seekable now and holds all of the audio; of the picture it may hold nothing but holes;
   * - `growing`: bytes are appended in order; what is there can be read while the rest arrives.
   */
  readonly kind: 'whole' | 'growing';
  /** The file. For a `growing` one this path is valid until `completed` settles. */
  readonly filePath: string;
  /**
   * Settles when all bytes are there, with the path of the whole file; rejects with a ClipScribeError, or the reason
   * of an abort. Need not be awaited.
   */
  readonly completed: Promise<{ filePath: string }>;
  /** Bytes of a growing file that are there now. */
  readonly availableBytes: () => number;
}

/** A kind of place videos come from: a local file, an upload, a direct link to media, a page that yt-dlp knows. */
export interface VideoSource {
  readonly name: 'file' | 'upload' | 'direct-link' | 'page';
  /**
   * Whether this source takes the locator; may ask the host for the first bytes, never downloads media.
   *
   * @throws ClipScribeError `InvalidUrl`, `AddressBlocked`, `HostUnreachable`, where no other source could do better
   */
  accepts(locator: Fetchable<SourceLocator>, options: { signal: AbortSignal }): Promise<boolean>;
  /**
   * Metadata without downloading the media (H1).
   *
   * @throws ClipScribeError with any of the input, network and site codes
   */
  fetchMetadata(
    locator: Fetchable<SourceLocator>,
    options: { workDirectory: string; signal: AbortSignal },
  ): Promise<VideoMetadata>;
  /**
   * Brings the audio to this host, audio only where the source allows it: 2 GB of video with 50 MB of audio
   * costs 50 MB. Resumable: a second call with the same work directory goes on where the first stopped.
   * Aborting ends every child process and connection within two seconds; a caller that wants no more of a growing
   * file must abort, because nothing else stops the download.
   */
  openAudio(locator: Fetchable<SourceLocator>, options: OpenAudioOptions): Promise<ArrivingMedia>;
}
