import { ClipScribeError, ERRORS } from '../../domain/errors.ts';
import type { BatchCatalogue, Batch } from '../../ports/batch-catalogue.ts';
import type { WorkflowJobs } from '../jobs/jobs-client.ts';

/** The workflows of batches. */
export interface BatchWorkflows {
  /** Starts the batch's workflow, or wakes the one that runs. */
  start(batch: Batch): Promise<void>;
  /** Has the batch look at its window; does nothing where it does not run. */
  wake(batchId: string): Promise<void>;
}

const PAGE = 50;

/**
 * Starts what was accepted: the workflows of batches. A start that fails, or whose process dies, is made up for by
 * the next call, in this process or another one.
 */
export class BatchStarter {
  readonly #batches: BatchCatalogue;
  readonly #workflows: BatchWorkflows;
  readonly #jobs: Pick<WorkflowJobs, 'openAmong'>;

  constructor(batches: BatchCatalogue, workflows: BatchWorkflows, jobs: Pick<WorkflowJobs, 'openAmong'>) {
    this.#batches = batches;
    this.#workflows = workflows;
    this.#jobs = jobs;
  }

  /**
   * One that cannot be started keeps no other one waiting.
   *
   * @throws ClipScribeError ServiceUnavailable, DatabaseUnavailable; the batches wait for the next call then
   */
  async startOwed(): Promise<void> {
    const failures: unknown[] = [];
    for (const batch of await this.#batches.owedStarts(PAGE)) {
      try {
        await this.#workflows.start(batch);
        await this.#batches.confirmStarted(batch.id, batch.run);
      } catch (error) {
        if (ClipScribeError.is(error) && ERRORS[error.code].retry === 'automatic') throw error;
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Has a batch look at its window now. The batch would by itself, later. */
  async wake(batchId: string): Promise<void> {
    await this.#workflows.wake(batchId).catch(() => undefined);
  }

  /** Starts batches anew whose workflow Temporal has lost, or an operator has terminated. */
  async reconcile(): Promise<void> {
    let after: string | undefined;
    do {
      const page: string[] = await this.#batches.startedBatches({ limit: PAGE, after });
      const open = await this.#jobs.openAmong(page);
      for (const id of page) if (!open.has(id)) await this.#batches.startAgain(id);
      after = page.length < PAGE ? undefined : page.at(-1);
    } while (after !== undefined);
    await this.startOwed();
  }
}
