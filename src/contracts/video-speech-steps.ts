import type { ArtifactRef } from '../domain/artifact.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';
import type { JobSettings } from '../domain/job.ts';
import type { LanguageSwitching } from '../domain/language.ts';
import type { Measured, Salted } from './measured.ts';

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
