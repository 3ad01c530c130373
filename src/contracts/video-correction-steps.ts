import type { ArtifactRef } from '../domain/artifact.ts';
import type { StageRecord } from '../domain/core-document.ts';
import type { Revisions } from '../domain/corrections.ts';
import type { SpokenChunk } from '../domain/ground.ts';
import type { JobSettings } from '../domain/job.ts';
import type { Route } from '../domain/route.ts';
import type { NamedArtifact } from './job-results.ts';
import type { Measured } from './measured.ts';

/** What was found in a video before anybody corrected it. */
export interface FoundSpeech {
  /** Where speech is heard, in order: translations are made chunk by chunk. */
  spokenChunks: SpokenChunk[];
  /** JSON `Transcript`. */
  transcript: ArtifactRef;
  /** Of the transcript as it was found: ids mean the same as long as it is the same. */
  fingerprint: string;
  segmentCount: number;
  /** JSON `Diarization`; null where speakers were not told apart. */
  diarization: ArtifactRef | null;
  /** JSON `VideoMetadata`, where it could be read. */
  metadata: ArtifactRef | null;
  durationSeconds: number;
}

export interface KeepGroundInput {
  jobId: string;
  userId: string;
  found: FoundSpeech;
  /** Of the run that found it. */
  settings: JobSettings;
  route: Route;
  notices: string[];
  stages: StageRecord[];
}

export interface OpenGroundInput {
  jobId: string;
  userId: string;
}

export interface OpenGroundResult extends Measured {
  found: FoundSpeech;
  title: string | null;
  route: Route;
  notices: string[];
  /** Of the run that found it. */
  stages: StageRecord[];
}

export interface ApplyCorrectionsInput {
  jobId: string;
  userId: string;
  found: FoundSpeech;
}

export interface ApplyCorrectionsResult extends Measured {
  /** JSON `Transcript`; the one that was found where there are no corrections. */
  transcript: ArtifactRef;
  segmentCount: number;
  /** speakers.rttm, where speakers were told apart. */
  files: NamedArtifact[];
  /** Of what was carried out; absent from steps that were done before this was told. */
  revisions?: Revisions;
}
