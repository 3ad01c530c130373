import type { BucketLocator } from '../domain/reel-clip.ts';

/** Where users want a copy of a reel. */
export type OutputPlace = BucketLocator | { kind: 'file'; path: string };

/** Puts copies of finished reels where users want them. */
export interface ReelOutput {
  /**
   * Finds out whether something can be put there, by putting a few bytes beside it and removing them. Idempotent.
   *
   * @throws ClipScribeError as {@link put}
   */
  check(place: OutputPlace): Promise<void>;
  /**
   * Puts a local file there, whole or not at all; replaces what was there. Idempotent. Aborted, it removes what it has
   * put and fails with the reason.
   *
   * @throws ClipScribeError `StorageDenied`, `StorageUnavailable`, `DiskFull`, `FileNotFound`
   */
  put(
    place: OutputPlace,
    file: { filePath: string; sha256: string; bytes: number },
    options: { signal: AbortSignal },
  ): Promise<void>;
}
