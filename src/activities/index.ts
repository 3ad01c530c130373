import type { ResultActivities } from '../contracts/job-results.ts';
import type { ProposalActivities } from '../contracts/reel-propose.ts';
import type { ReelActivities } from '../contracts/reel-activities.ts';
import type { RetentionActivities } from '../contracts/retention.ts';
import type { PlaylistActivities } from '../contracts/video-batch.ts';
import type { PlaylistReader } from '../ports/playlist-reader.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import type { MediaLimits } from '../domain/media-check.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import type { MediaTool } from '../ports/media-tool.ts';
import type { EntityExtractor, SpeakerEncoder, SpeechDetector, Transcriber } from '../ports/speech-models.ts';
import type { Translator } from '../ports/translator.ts';
import type { VideoSource } from '../ports/video-source.ts';
import { createAcquireAudio } from './acquire-audio.ts';
import { createApplyCorrections } from './apply-corrections.ts';
import { createBuildGraph } from './build-graph.ts';
import { createEmbedSpeakers } from './embed-speakers.ts';
import { createExtractEntities } from './extract-entities.ts';
import { createFetchMetadata } from './fetch-metadata.ts';
import { createKeepGround, createOpenGround } from './keep-ground.ts';
import { createJoinTranslation } from './join-translation.ts';
import { createLabelSpeakers } from './label-speakers.ts';
import { createMergeTranscript } from './merge-transcript.ts';
import { createChooseMoments } from './choose-moments.ts';
import { createProposeMoments } from './propose-moments.ts';
import { createPublishFiles } from './publish-files.ts';
import { createListPlaylist } from './list-playlist.ts';
import { createPublishResults } from './publish-results.ts';
import { createRankMoments } from './rank-moments.ts';
import { createReelActivities, type ReelDependencies } from './reel-activities.ts';
import { createRecordOutcome } from './record-outcome.ts';
import { createRemoveExpired } from './remove-expired.ts';
import type { Scratch } from './scratch.ts';
import { StageCache } from './stage-cache.ts';
import { createTranscribeChunk } from './transcribe-chunk.ts';
import { createTranslateSegments } from './translate-segments.ts';
import { createWriteReport } from './write-report.ts';
import { createWriteSubtitles } from './write-subtitles.ts';

/** What the steps need from outside. */
export interface ActivityDependencies extends ReelDependencies {
  playlists: PlaylistReader;
  /** Asked in this order. */
  sources: readonly VideoSource[];
  mediaTool: MediaTool;
  speechDetector: SpeechDetector;
  transcriber: Transcriber;
  speakerEncoder: SpeakerEncoder;
  extractor: EntityExtractor;
  /** Undefined where none is configured: steps do without, or say which setting they need. */
  languageModel: LanguageModel | undefined;
  /** Asked in this order. */
  translators: readonly Translator[];
  store: ArtifactStore;
  scratch: Scratch;
  limits: MediaLimits;
}

type ControlActivity = 'fetchMetadata' | 'recordOutcome';

type ControlActivities = Pick<VideoActivities, ControlActivity> &
  PlaylistActivities &
  ProposalActivities &
  ResultActivities &
  RetentionActivities;

/** The steps that any host can do. */
export function createControlActivities(dependencies: ActivityDependencies): ControlActivities {
  const withCache = { ...dependencies, cache: new StageCache(dependencies.store) };
  return {
    listPlaylist: createListPlaylist(dependencies),
    fetchMetadata: createFetchMetadata(dependencies),
    recordOutcome: createRecordOutcome(dependencies),
    removeExpired: createRemoveExpired(dependencies),
    proposeMoments: createProposeMoments(withCache),
    chooseMoments: createChooseMoments(withCache),
    rankMoments: createRankMoments(withCache),
    publishFiles: createPublishFiles(dependencies),
  };
}

/** The steps that run on the queue of a route. */
export function createMediaActivities(
  dependencies: ActivityDependencies,
): Omit<VideoActivities, ControlActivity> & ReelActivities {
  const withCache = { ...dependencies, cache: new StageCache(dependencies.store) };
  return {
    ...createReelActivities(dependencies),
    acquireAudio: createAcquireAudio(withCache),
    transcribeChunk: createTranscribeChunk(withCache),
    embedSpeakers: createEmbedSpeakers(withCache),
    labelSpeakers: createLabelSpeakers(withCache),
    keepGround: createKeepGround(dependencies),
    openGround: createOpenGround(dependencies),
    applyCorrections: createApplyCorrections(withCache),
    mergeTranscript: createMergeTranscript(withCache),
    extractEntities: createExtractEntities(withCache),
    buildGraph: createBuildGraph(withCache),
    writeReport: createWriteReport(withCache),
    translateSegments: createTranslateSegments(withCache),
    joinTranslation: createJoinTranslation(withCache),
    writeSubtitles: createWriteSubtitles(withCache),
    publishResults: createPublishResults(dependencies),
    removeScratch: ({ jobId }) => dependencies.scratch.remove(jobId),
  };
}
