import type { ArtifactRef } from '../domain/artifact.ts';
import type { StageRecord } from '../domain/core-document.ts';
import type { Revisions } from '../domain/corrections.ts';
import type { JobSettings } from '../domain/job.ts';
import type { SourceLocator } from '../domain/media.ts';
import type { JobOutcome } from '../domain/retention.ts';
import type { Route } from '../domain/route.ts';
import type { SubtitleSettings } from '../domain/subtitle-settings.ts';
import type { NamedArtifact } from './job-results.ts';
import type { Measured, Salted } from './measured.ts';

/** What publishing and the report need to know of the job besides artifacts. */
export interface JobFacts {
  jobId: string;
  userId: string;
  source: SourceLocator;
  metadata: ArtifactRef | null;
  durationSeconds: number;
  route: Route;
  /** RFC 3339. */
  createdAt: string;
  notices: string[];
  settings: JobSettings;
}

export interface WriteReportInput extends Salted {
  job: JobFacts;
  transcript: ArtifactRef;
  graph: ArtifactRef | null;
  stages: StageRecord[];
}

export interface WriteReportResult extends Measured {
  /** Markdown. */
  report: ArtifactRef;
  /** JSON `Analysis`. */
  analysis: ArtifactRef;
}

export interface WriteSubtitlesInput extends Salted {
  transcript: ArtifactRef;
  /** Of a translation, as part of the names of its files; null for the transcript itself. */
  language: string | null;
  settings: SubtitleSettings;
}

export interface WriteSubtitlesResult extends Measured {
  /** transcript.txt, .json, and every format of `subtitleFiles`; of a translation transcript.LANGUAGE.txt … */
  files: NamedArtifact[];
}

export interface PublishResultsInput {
  job: JobFacts;
  transcript: ArtifactRef;
  graph: ArtifactRef | null;
  analysis: ArtifactRef | null;
  /** JSON `Transcript` of each language. */
  translations: ArtifactRef[];
  /** Files that go into the results as they are. */
  files: NamedArtifact[];
  /** Of the corrections that are in them, for the manifest. */
  revisions?: Revisions;
  stages: StageRecord[];
}

export interface PublishResultsResult extends Measured {
  /** manifest.json, which lists every file. */
  manifest: ArtifactRef;
}

export interface RecordOutcomeInput {
  jobId: string;
  userId: string;
  /** Whose upload goes with a completed job; null where it has none. */
  source: SourceLocator | null;
  outcome: JobOutcome;
}
