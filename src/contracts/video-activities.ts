import type { ArtifactRef } from '../domain/artifact.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';
import type { StageRecord } from '../domain/core-document.ts';
import type { Revisions } from '../domain/corrections.ts';
import type { SpokenChunk } from '../domain/ground.ts';
import type { JobSettings } from '../domain/job.ts';
import type { LanguageSwitching } from '../domain/language.ts';
import type { SourceLocator } from '../domain/media.ts';
import type { JobOutcome } from '../domain/retention.ts';
import type { Route } from '../domain/route.ts';
import type { SubtitleSettings } from '../domain/subtitle-settings.ts';
import type { LongestVideo } from '../domain/tiers.ts';
import type { TranslationWindow } from '../domain/translation.ts';

/** What one activity cost. */
export interface StepMeasure {
  /** Seconds of work in the attempt that succeeded. */
  seconds: number;
  /** Which attempt succeeded, from 1. */
  attempt: number;
  /** True when the result was already in the stage cache. */
  cached: boolean;
  model: string | null;
  costUsd: number;
}

/** Every result carries its measure. Results stay under 64 KiB: data travels as {@link ArtifactRef}. */
export interface Measured {
  measure: StepMeasure;
}

/**
 * Set by `redo`: part of every stage cache key from the stage on where the user wants work done again; empty
 * otherwise.
 */
export interface Salted {
  salt: string;
}

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

export interface TranscribeChunkInput extends Salted {
  chunk: AudioChunk;
  model: string;
  /** Chosen or held; absent where the chunk's own is to be detected. */
  language: string | undefined;
  switching: LanguageSwitching;
}
export interface TranscribeChunkResult extends Measured {
  /** JSON `ChunkTranscript`. */
  transcript: ArtifactRef;
  language: string;
  languageProbability: number;
}

export interface TranscribedChunk {
  start: number;
  end: number;
  transcript: ArtifactRef;
  /** JSON `SpeechRegion[]` in seconds from the chunk's start: where there should be text. */
  speechRegions: ArtifactRef;
}
export interface MergeTranscriptInput extends Salted {
  durationSeconds: number;
  /** For a transcript in which nobody speaks. */
  language: string;
  chunks: TranscribedChunk[];
}
export interface MergeTranscriptResult extends Measured {
  /** JSON `Transcript`. */
  transcript: ArtifactRef;
  segmentCount: number;
}

export interface EmbedSpeakersInput extends Salted {
  chunk: AudioChunk;
}
export interface EmbedSpeakersResult extends Measured {
  /** JSON `ChunkVoices`; null where no speaker encoder is installed. */
  voices: ArtifactRef | null;
}

export interface HeardChunk {
  /** JSON `ChunkTranscript`: some transcribers tell speakers apart, within a chunk. */
  transcript: ArtifactRef;
  /** Where the chunk begins, in seconds of the video. */
  start: number;
  voices: ArtifactRef;
}
export interface LabelSpeakersInput extends Salted {
  transcript: ArtifactRef;
  chunks: HeardChunk[];
  count: NonNullable<JobSettings['speakers']>;
}
export interface LabelSpeakersResult extends Measured {
  /** JSON `Transcript`, with a speaker for each segment. */
  transcript: ArtifactRef;
  segmentCount: number;
  /** JSON `Diarization`. */
  diarization: ArtifactRef;
  speakerCount: number;
}

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

export interface ExtractEntitiesInput extends Salted {
  transcript: ArtifactRef;
  /** Segments [from, to) of the transcript. */
  fromSegment: number;
  toSegment: number;
}
export interface ExtractEntitiesResult extends Measured {
  /** JSON `Extraction`. */
  extraction: ArtifactRef;
  languageSupported: boolean;
}

export interface BuildGraphInput extends Salted {
  transcript: ArtifactRef;
  extractions: ArtifactRef[];
}
export interface BuildGraphResult extends Measured {
  /** JSON `KnowledgeGraph`. */
  graph: ArtifactRef;
}

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

export interface TranslateSegmentsInput extends Salted {
  jobId: string;
  userId: string;
  transcript: ArtifactRef;
  /** Where the names that stay as they are come from, if there is one. */
  graph: ArtifactRef | null;
  /** The segments that begin in it are translated. */
  window: TranslationWindow;
  /** The audio in which they are heard. */
  chunk: SpokenChunk;
  /** The job's speech model, for a translator that listens. */
  model: string;
  /** BCP 47. */
  to: string;
}
export interface TranslateSegmentsResult extends Measured {
  /** JSON `TranslatedWindow`. */
  translated: ArtifactRef;
  /** What people are to know of it, where it is not made of the text as it is now. */
  notice?: string;
}

export interface JoinTranslationInput extends Salted {
  transcript: ArtifactRef;
  language: string;
  windows: { window: TranslationWindow; translated: ArtifactRef }[];
}
export interface JoinTranslationResult extends Measured {
  /** JSON `Transcript`. */
  transcript: ArtifactRef;
  /** 0 where everything is said in that language already. */
  translatedCount: number;
}

export interface WriteSubtitlesInput extends Salted {
  transcript: ArtifactRef;
  /** Of a translation, as part of the names of its files; null for the transcript itself. */
  language: string | null;
  settings: SubtitleSettings;
}
export interface NamedArtifact {
  name: string;
  artifact: ArtifactRef;
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

export interface RemoveScratchInput {
  jobId: string;
}

export interface RecordOutcomeInput {
  jobId: string;
  userId: string;
  /** Whose upload goes with a completed job; null where it has none. */
  source: SourceLocator | null;
  outcome: JobOutcome;
}

/**
 * The steps of a video job. All are idempotent: outputs are stored under keys made of their inputs, so that
 * an attempt that repeats another writes the same bytes to the same place. Errors are ApplicationFailures
 * whose type is an `ErrorCode`.
 */
export interface VideoActivities {
  /** Metadata without downloading media (H1), or that of an earlier run. */
  fetchMetadata(input: FetchMetadataInput): Promise<FetchMetadataResult>;
  /**
   * Brings the audio to this host, decodes it, cuts it in pauses of speech and stores the chunks; each is
   * reported to the workflow by the signal `chunksReady` as soon as it is stored. Resumable.
   */
  acquireAudio(input: AcquireAudioInput): Promise<AcquireAudioResult>;
  /** One chunk to words. Heartbeats a checkpoint: what a next attempt need not decode again. */
  transcribeChunk(input: TranscribeChunkInput): Promise<TranscribeChunkResult>;
  /** What the voices of one chunk sound like. */
  embedSpeakers(input: EmbedSpeakersInput): Promise<EmbedSpeakersResult>;
  /** One set of speakers over all chunks, and a speaker for each word. */
  labelSpeakers(input: LabelSpeakersInput): Promise<LabelSpeakersResult>;
  /** All chunks on the clock of the video, and the stretches of it that should be checked by ear. */
  mergeTranscript(input: MergeTranscriptInput): Promise<MergeTranscriptResult>;
  /** Keeps what was found for as long as the results, so that they can be written anew from it. */
  keepGround(input: KeepGroundInput): Promise<Measured>;
  /** What an earlier run has found and kept. `ArtifactMissing` where none has. */
  openGround(input: OpenGroundInput): Promise<OpenGroundResult>;
  /** Carries out the corrections that the job has at this moment, and lists those that no longer fit. */
  applyCorrections(input: ApplyCorrectionsInput): Promise<ApplyCorrectionsResult>;
  /** Entities and relations of one window of segments. */
  extractEntities(input: ExtractEntitiesInput): Promise<ExtractEntitiesResult>;
  /** Canonical entities and relations over all windows. */
  buildGraph(input: BuildGraphInput): Promise<BuildGraphResult>;
  /** Summary, chapters, quotes and the Markdown report. */
  writeReport(input: WriteReportInput): Promise<WriteReportResult>;
  /**
   * One window of segments into another language, by the first translator that can. Where that one listens and the audio
   * is no longer stored, the translation among the job's results stays, with a notice.
   */
  translateSegments(input: TranslateSegmentsInput): Promise<TranslateSegmentsResult>;
  /** All windows of one language as a transcript. */
  joinTranslation(input: JoinTranslationInput): Promise<JoinTranslationResult>;
  /** The transcript as text, JSON and in every timed format. */
  writeSubtitles(input: WriteSubtitlesInput): Promise<WriteSubtitlesResult>;
  /** core.json, the graph's formats, copies of all files below results/{user}/{job}/, and manifest.json last. */
  publishResults(input: PublishResultsInput): Promise<PublishResultsResult>;
  /** Removes what the job left in this host's scratch folder. */
  removeScratch(input: RemoveScratchInput): Promise<void>;
  /**
   * Writes status.json, moves the working files of a completed job from jobs/{user}/{job}/ to
   * archive/completed/{user}/{job}/ (B3), and removes its upload. That of a job that failed or was cancelled stays until
   * retention removes it: `redo` needs it.
   */
  recordOutcome(input: RecordOutcomeInput): Promise<void>;
}
