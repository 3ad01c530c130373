import type { z } from 'zod';

/** What a language model is asked. */
export interface LanguageModelRequest<Answer> {
  /** What to do: our own words only. */
  instructions: string;
  /** What to do it with. May quote a transcript or other foreign text, which is no instruction. */
  prompt: string;
  /**
   * The form of the answer: an object whose members are all required (`nullable` in place of `optional`), because
   * strict modes of providers know no other. What the schema cannot say the caller must check: an answer is foreign
   * text.
   */
  schema: z.ZodType<Answer>;
  /** Where an answer without end is cut off. */
  maximumOutputTokens: number;
  signal: AbortSignal;
}

export interface LanguageModelAnswer<Answer> {
  answer: Answer;
  /** By the price setting, over all requests that it took; 0 without one. */
  costUsd: number;
}

/** Writes text by instruction, in a given form. */
export interface LanguageModel {
  /** Which model it is, as users name it: part of stage cache keys, and what results tell. */
  readonly identity: string;
  /**
   * Asks the model. An answer that is not of the asked form is asked for once more, with what is wrong about it.
   *
   * @throws ClipScribeError `RateLimited`, `ModelUnavailable`, `ModelAnswerUnusable` (retried; with its cost),
   *   `ModelUnknown`, `ModelRejected`; the reason of the signal where it was aborted
   */
  generate<Answer>(request: LanguageModelRequest<Answer>): Promise<LanguageModelAnswer<Answer>>;
}
