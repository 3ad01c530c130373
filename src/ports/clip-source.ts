import type { Fetchable } from '../domain/kept-address.ts';
import type { ClipLocator } from '../domain/reel-clip.ts';
import type { SourceSpan } from './reel-tool.ts';
import type { DownloadProgress } from './video-source.ts';

/** A clip's media on this host. */
export interface ClipMedia {
  /** Seekable; unless it is whole, it may hold nothing but holes outside of the stretches asked for. */
  filePath: string;
  /** Whether all of the source is in it. */
  isWhole: boolean;
  /** Equal fingerprints mean equal media; null where the source cannot tell. */
  fingerprint: string | null;
}

export interface FetchClipOptions {
  /**
   * A folder of this locator on this host: what earlier calls left there, also for other stretches, is not fetched
   * again.
   */
  workDirectory: string;
  signal: AbortSignal;
  onProgress: (progress: DownloadProgress) => void;
}

/** A kind of place that clips of reels come from. */
export interface ClipSource {
  /** @throws ClipScribeError where no other source could do better */
  accepts(locator: Fetchable<ClipLocator>, options: { signal: AbortSignal }): Promise<boolean>;
  /**
   * Brings picture and sound of a stretch to this host: only the part of the file that it needs, where the source
   * can send parts and the file has an index. Resumable, and free where everything is there.
   *
   * @throws ClipScribeError with any of the input, network, site and storage codes; `DiskFull` where there is less
   *   room than the file takes
   */
  fetch(locator: Fetchable<ClipLocator>, span: SourceSpan, options: FetchClipOptions): Promise<ClipMedia>;
}
