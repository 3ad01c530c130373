import type { ArtifactRef } from '../domain/artifact.ts';
import type { Measured, Salted } from './measured.ts';

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
