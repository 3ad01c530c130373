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
