import type { TranslatedText } from '../domain/translation.ts';

/** A segment as a translator gets it. */
export interface SegmentToTranslate {
  /** Seconds of the video. */
  start: number;
  end: number;
  text: string;
  /** The name of who says it. */
  speaker: string | null;
  /** ISO 639-1. */
  language: string;
}

/** The sound of the segments, for translators that listen. */
export interface AudioToTranslate {
  /** A whole audio file (FLAC). */
  read: () => Promise<Uint8Array>;
  /** Where it begins, in seconds of the video. */
  start: number;
  /** The job's speech model. */
  model: string;
}

export interface TranslationRequest {
  /** In order of time, none empty. */
  segments: readonly SegmentToTranslate[];
  /** BCP 47. */
  to: string;
  /** What is said just before and after, for its meaning only. */
  context: { before: readonly string[]; after: readonly string[] };
  /** Names that stay as they are. */
  names: readonly string[];
  audio: AudioToTranslate;
  signal: AbortSignal;
}

/** Says in another language what was said. */
export interface Translator {
  /** Which engine it is, part of the stage cache key. */
  readonly identity: string;
  /** True: it works from the sound, by the job's speech model. */
  readonly listens: boolean;
  /**
   * Whether it translates between two languages.
   *
   * @throws ClipScribeError `ModelUnavailable`, `RateLimited` (retried), `ModelRejected`
   */
  canTranslate(from: string, to: string, signal: AbortSignal): Promise<boolean>;
  /**
   * One text for each segment, in order.
   *
   * @throws ClipScribeError `ModelUnavailable`, `RateLimited`, `ModelAnswerUnusable` (retried), `ModelUnknown`,
   *   `ModelRejected`
   */
  translate(request: TranslationRequest): Promise<{ texts: TranslatedText[]; costUsd: number }>;
}
