/** What is known when somebody asks how long waiting takes. */
export interface QueueMeasure {
  /** Jobs that are done before it is its turn, itself not counted. */
  ahead: number;
  /** Jobs that are worked on side by side. */
  atOnce: number;
  /** How long recent jobs took, on average; null where none has completed lately. */
  meanSeconds: number | null;
}

/**
 * How long a job waits for its turn, in seconds, from how long recent jobs took: of `atOnce` jobs side by side one
 * ends every `meanSeconds / atOnce`.
 *
 * @returns null where nothing was measured that would tell
 */
export function estimateWaitSeconds({ ahead, atOnce, meanSeconds }: QueueMeasure): number | null {
  if (ahead === 0) return 0;
  if (meanSeconds === null || atOnce <= 0) return null;
  return (ahead * meanSeconds) / atOnce;
}
