import canonicalize from 'canonicalize';
import type { AnyStage } from './job-kinds.ts';

/** A value that JSON can hold; members that are undefined count as absent. */
export type JsonValue =
  string | number | boolean | null | undefined | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** All that a stage's output depends on. */
export interface StageKeyParts {
  stage: AnyStage;
  /** Raised whenever the stage's code gives another output for the same input. */
  version: number;
  /** Settings that change the output: model, language, limits. Not those that only change speed. */
  parameters: Readonly<Record<string, JsonValue>>;
  /** sha256 of every input, in the order in which the stage takes them. */
  inputs: readonly string[];
}

/**
 * The text whose hash is the stage's cache key: canonical JSON (RFC 8785), so that the order in which
 * parameters were set, or an absent against an undefined one, makes no other key.
 *
 * @throws Error for NaN, infinite numbers and text that is not well-formed Unicode: they have no JSON form
 */
export function stageKeyMaterial({ stage, version, parameters, inputs }: StageKeyParts): string {
  const material = canonicalize({ stage, version, parameters, inputs });
  if (material === undefined) throw new Error('A stage key needs parts that JSON can hold.');
  return material;
}
