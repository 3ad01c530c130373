import type { ArtifactRef } from '../domain/artifact.ts';
import type { StageRecord } from '../domain/core-document.ts';
import type { ClipFacts, Loudness, ReelClip } from '../domain/reel-clip.ts';
import type { ReelFormat, ReelPart } from '../domain/reel-part.ts';
import type { ReelSettings } from '../domain/reel.ts';
import type { ReelOutput } from './reel-stitch.ts';
import type { Measured } from './measured.ts';

/** A clip with its place in the reel's list. */
export interface NumberedClip {
  index: number;
  clip: ReelClip;
}

export interface CheckOutputInput {
  output: ReelOutput;
}

export interface AcquireClipInput extends NumberedClip {
  jobId: string;
  userId: string;
  /** Whether the reel needs to know how loud it is. */
  measuresLoudness: boolean;
}
export interface AcquireClipResult extends Measured {
  facts: ClipFacts;
  /** Null where it has no sound, or nobody needs to know. */
  loudness: Loudness | null;
  /** Equal fingerprints mean equal media; null where the source cannot tell. */
  fingerprint: string | null;
}

/** A clip that a part is made of. */
export interface AcquiredClip extends NumberedClip {
  facts: ClipFacts;
  fingerprint: string | null;
}

export interface EncodePartInput {
  jobId: string;
  userId: string;
  part: ReelPart;
  format: ReelFormat;
  settings: ReelSettings;
  /** Those that the part names. */
  clips: AcquiredClip[];
}
export interface EncodePartResult extends Measured {
  /** H.264 in MP4, without sound; null where the clip's own picture is copied. */
  video: ArtifactRef | null;
  /** Apple Lossless in MP4, 48 kHz stereo, exactly as long as the picture. */
  audio: ArtifactRef;
  /** What the host's ffmpeg cannot do. */
  notices: string[];
}

/** A part as it is joined. */
export interface JoinedPart {
  part: ReelPart;
  /** Null: the clip's own picture. */
  video: ArtifactRef | null;
  /** Null: the clip's own sound, which is copied with its picture. */
  audio: ArtifactRef | null;
}

export interface JoinReelInput {
  jobId: string;
  userId: string;
  parts: JoinedPart[];
  format: ReelFormat;
  settings: ReelSettings;
  /** All that are in the reel. */
  clips: AcquiredClip[];
}
export interface JoinReelResult extends Measured {
  /** reel.mp4, below the results. */
  reel: ArtifactRef;
  durationSeconds: number;
}

export interface PublishReelInput {
  jobId: string;
  userId: string;
  projectId: string | null;
  reel: ArtifactRef;
  durationSeconds: number;
  parts: ReelPart[];
  format: ReelFormat;
  settings: ReelSettings;
  clips: AcquiredClip[];
  /** A copy goes there, too. */
  output: ReelOutput | null;
  notices: string[];
  stages: StageRecord[];
}
export interface PublishReelResult extends Measured {
  /** manifest.json, which lists every file. */
  manifest: ArtifactRef;
}

/**
 * The steps of a reel. All are idempotent: outputs lie under keys made of their inputs. A clip's file is fetched to
 * whichever host a step runs on, once for each, however many clips of the reel show it, and only the needed parts where
 * the source allows that.
 */
export interface ReelActivities {
  /**
   * Finds out whether the copy of the reel can be put where it is to go.
   *
   * Fails with StorageDenied, StorageUnavailable, DiskFull, FileNotFound.
   */
  checkOutput(input: CheckOutputInput): Promise<Measured>;
  /**
   * Brings a clip to this host, reads what it is, checks that it holds together, and measures its loudness where asked.
   * Resumable.
   */
  acquireClip(input: AcquireClipInput): Promise<AcquireClipResult>;
  /** One part's picture and sound, in the reel's format. Heartbeats `PartProgress` from ffmpeg's own count. */
  encodePart(input: EncodePartInput): Promise<EncodePartResult>;
  /** Joins all parts without encoding the picture; sound is encoded here, once, where it is not copied. */
  joinReel(input: JoinReelInput): Promise<JoinReelResult>;
  /** reel.json, subtitle files and the manifest below results/{user}/{reel}/, and the copy elsewhere. */
  publishReel(input: PublishReelInput): Promise<PublishReelResult>;
}
