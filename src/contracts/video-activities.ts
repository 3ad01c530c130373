import type { Measured } from './measured.ts';
import type {
  ApplyCorrectionsInput,
  ApplyCorrectionsResult,
  KeepGroundInput,
  OpenGroundInput,
  OpenGroundResult,
} from './video-correction-steps.ts';
import type {
  BuildGraphInput,
  BuildGraphResult,
  ExtractEntitiesInput,
  ExtractEntitiesResult,
} from './video-knowledge-steps.ts';
import type {
  PublishResultsInput,
  PublishResultsResult,
  RecordOutcomeInput,
  WriteReportInput,
  WriteReportResult,
  WriteSubtitlesInput,
  WriteSubtitlesResult,
} from './video-result-steps.ts';
import type {
  AcquireAudioInput,
  AcquireAudioResult,
  FetchMetadataInput,
  FetchMetadataResult,
} from './video-source-steps.ts';
import type {
  EmbedSpeakersInput,
  EmbedSpeakersResult,
  LabelSpeakersInput,
  LabelSpeakersResult,
  MergeTranscriptInput,
  MergeTranscriptResult,
  TranscribeChunkInput,
  TranscribeChunkResult,
} from './video-speech-steps.ts';
import type {
  JoinTranslationInput,
  JoinTranslationResult,
  TranslateSegmentsInput,
  TranslateSegmentsResult,
} from './video-translation-steps.ts';

export interface RemoveScratchInput {
  jobId: string;
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
   * One window of segments into another language, by the first translator that can. Where that one listens and the
   * audio is no longer stored, the translation among the job's results stays, with a notice.
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
   * archive/completed/{user}/{job}/ (B3), and removes its upload. That of a job that failed or was cancelled stays
   * until retention removes it: `redo` needs it.
   */
  recordOutcome(input: RecordOutcomeInput): Promise<void>;
}
