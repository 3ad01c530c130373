/** Answers of so many workflows are kept, of some kilobytes each. */
const KEPT = 1000;

interface Kept<T> {
  revision: string;
  answer: Promise<T | undefined>;
}

/**
 * What workflows have answered to a query, for as long as nothing happens to them: an answer follows from the
 * workflow's history, so it stands until that has grown. Most who ask for a status ask again before.
 */
export class WorkflowAnswers<T> {
  /** By workflow, the one asked longest ago first. */
  readonly #kept = new Map<string, Kept<T>>();

  /**
   * The answer as of a revision that was read before this call: one that is given later may tell more, never less.
   *
   * @param ask gives undefined where nobody is there to answer, which is not kept
   */
  of(workflowId: string, revision: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#kept.get(workflowId);
    this.#kept.delete(workflowId);
    const kept = known?.revision === revision ? known : { revision, answer: this.#ask(workflowId, ask) };
    this.#kept.set(workflowId, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return kept.answer;
  }

  async #ask(workflowId: string, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    let answer: T | undefined;
    try {
      answer = await ask();
      return answer;
    } finally {
      // Somebody may have asked anew meanwhile, and asks once more then.
      if (answer === undefined) this.#kept.delete(workflowId);
    }
  }
}
