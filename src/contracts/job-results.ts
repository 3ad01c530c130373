import type { StageRecord } from '../domain/core-document.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { JsonValue } from '../domain/stage-key.ts';
import type { Measured } from './measured.ts';

/** A file of the results, and where it is stored. */
export interface NamedArtifact {
  name: string;
  artifact: ArtifactRef;
}

export interface PublishFilesInput {
  jobId: string;
  userId: string;
  /** Each is placed under its name. */
  files: NamedArtifact[];
  stages: StageRecord[];
  /** Settings of each stage by its name; stages without settings may be absent. */
  parameters: Record<string, Record<string, JsonValue>>;
}
export interface PublishFilesResult extends Measured {
  /** manifest.json, which lists every file. */
  manifest: ArtifactRef;
}

/** The last step of kinds of jobs whose results are files that earlier steps stored. */
export interface ResultActivities {
  /** Copies files below results/{user}/{job}/, and writes manifest.json last. Idempotent. */
  publishFiles(input: PublishFilesInput): Promise<PublishFilesResult>;
}
