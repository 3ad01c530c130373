import type { ArtifactRef } from '../domain/artifact.ts';
import type { SpokenChunk } from '../domain/ground.ts';
import type { TranslationWindow } from '../domain/translation.ts';
import type { Measured, Salted } from './measured.ts';

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
