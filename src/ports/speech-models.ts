import type { SpeechRegion } from '../domain/audio-chunk.ts';
import type { LanguageSwitching } from '../domain/language.ts';
import type { Extraction } from '../domain/knowledge.ts';
import type { ChunkVoices } from '../domain/voices.ts';
import type { ChunkTranscript, Segment, TranscribedSegment } from '../domain/transcript.ts';

/** Finds where somebody speaks. */
export interface SpeechDetector {
  /**
   * Speech regions of mono s16le PCM at SAMPLE_RATE_HZ, in seconds from its start.
   *
   * @throws ClipScribeError `ModelUnavailable` (retried)
   */
  detectSpeech(pcm: Uint8Array, options: { signal: AbortSignal }): Promise<SpeechAnalysis>;
}

export interface SpeechAnalysis {
  regions: SpeechRegion[];
  /** Where a cut hurts least inside regions that have no pause, in seconds, ordered. */
  quietPoints: number[];
}

export interface TranscribeOptions {
  model: string;
  /** ISO 639-1; absent: detect. */
  language: string | undefined;
  /** Whether speech in other languages is looked for; servers that do not know the field use one for the whole. */
  switching: LanguageSwitching;
  /** Where speech is, in seconds from the start of the audio; a server that does not know the field finds it itself. */
  speechRegions: SpeechRegion[];
  /**
   * The last `secondsDone` of an earlier attempt: what lies before is left out of the answer, and the rest is what
   * the whole would have given, word for word where the server is our own.
   */
  resumeAfterSeconds?: number;
  signal: AbortSignal;
  /** Called as parts are done, in order; what was passed is final. Never called by servers that answer once. */
  onProgress: (progress: TranscribeProgress) => void;
}

export interface TranscribeProgress {
  secondsDone: number;
  segments: TranscribedSegment[];
}

/** Turns the audio of one chunk into words with times. */
export interface Transcriber {
  /** What a second of audio costs by this model, in US dollars; 0 for models of one's own. */
  priceUsdPerSecond(model: string): number;
  /**
   * @param audio a whole audio file (FLAC), any OpenAI-compatible server reads it
   * @returns times in seconds from the start of the audio
   * @throws ClipScribeError `ModelUnavailable`, `RateLimited` (retried), `ModelUnknown`, `ModelRejected`
   */
  transcribe(audio: Uint8Array, options: TranscribeOptions): Promise<ChunkTranscript>;
}

/** Hears who is speaking. */
export interface SpeakerEncoder {
  /** Which encoder it is, part of the stage cache key: voices of two encoders cannot be compared. */
  readonly identity: string;
  /**
   * Embeddings of short windows over the speech of one chunk.
   *
   * @param audio a whole audio file (FLAC)
   * @returns windows in order, in seconds from the start of the audio; all embeddings have one size
   * @throws ClipScribeError `ModelUnavailable`, `RateLimited` (retried), `ModelUnknown` where no encoder is installed,
   *   `ModelRejected`
   */
  embed(
    audio: Uint8Array,
    options: { speechRegions: SpeechRegion[]; signal: AbortSignal },
  ): Promise<Omit<ChunkVoices, 'regions'>>;
}

/** Finds named things and how verbs join them. */
export interface EntityExtractor {
  /** The model's name and version, part of the stage cache key. */
  readonly model: string;
  extract(segments: Segment[], options: { language: string; signal: AbortSignal }): Promise<Extraction>;
}
