/** So many jobs' progress is remembered, that of those asked for last. */
const REMEMBERED_JOBS = 10_000;

/**
 * The most that this process has told of the progress of jobs. What a step has told is gone when its attempt ends: a
 * moment before its workflow counts it, or for good, where the job is cancelled or the step begins anew. What people
 * see does not fall for that.
 */
export class ShownProgress {
  readonly #told = new Map<string, { run: string | null; progress: number }>();

  /**
   * @param run when the run began, as its workflow tells; null where nobody tells, so that the run before may be meant
   * @param progress 0–100
   * @returns the same, or what was told of this run already, if that is more
   */
  atLeastAsShown(jobId: string, run: string | null, progress: number): number {
    const told = this.#told.get(jobId);
    const isSameRun = told !== undefined && (run === null || told.run === run);
    const shown = isSameRun ? Math.max(told.progress, progress) : progress;
    this.#told.delete(jobId);
    this.#told.set(jobId, { run: run ?? told?.run ?? null, progress: shown });
    const [oldest] = this.#told.keys();
    if (this.#told.size > REMEMBERED_JOBS && oldest !== undefined) this.#told.delete(oldest);
    return shown;
  }
}
