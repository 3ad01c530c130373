import type { ArtifactRef } from '../domain/artifact.ts';
import type { SourceLocator } from '../domain/media.ts';
import type { LongestVideo } from '../domain/tiers.ts';
import type { Measured, Salted } from './measured.ts';

/** Set where a tier bounds the job: a step that learns that the video is longer fails with `QuotaExceeded` (H5). */
interface Bounded {
  longestVideo?: LongestVideo | undefined;
}

export interface FetchMetadataInput extends Bounded {
  jobId: string;
  userId: string;
  /** Null: what an earlier run of the job has read, `ArtifactMissing` where it is no longer stored. */
  source: SourceLocator | null;
}

export interface FetchMetadataResult extends Measured {
  title: string;
  durationSeconds: number | null;
  /** JSON `VideoMetadata`. */
  metadata: ArtifactRef;
}

export interface AcquireAudioInput extends Salted, Bounded {
  jobId: string;
  /** Null where the media is still to be brought by a download worker: only what was acquired before is taken then. */
  source: SourceLocator | null;
  /** JSON `VideoMetadata`, where it could be read. */
  metadata: ArtifactRef | null;
  /** The duration from which this route is not meant: the step then returns early, to go on elsewhere. */
  stopFromSeconds: number | null;
}

export interface AcquireAudioResult extends Measured {
  /** False when the media turned out to be for the other route, or is needed; chunks so far stay valid. */
  complete: boolean;
  /** True where there was no source, and the media was not acquired before. */
  needsMedia?: boolean;
  /** True duration where complete; what is known so far where not. */
  durationSeconds: number;
  hasAudio: boolean;
}
