import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { patched } from '@temporalio/workflow';
import type { JobInput } from '../contracts/job-input.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import type { ProgressOfJob } from '../domain/job.ts';
import { JobControl } from './job-control.ts';

type InputWith<Settings> = Pick<JobInput, 'jobId' | 'userId' | 'priority' | 'account'> & {
  settings: Settings;
};

/**
 * The state of a job whose steps follow each other and touch no media: any host can do them, and progress is
 * counted in stages. `facts` are what the kind tells besides, in its progress query.
 */
export class StepwiseJob<
  Stage extends string,
  Settings extends object,
  Facts extends object,
> extends JobControl<Stage, Settings> {
  readonly input: InputWith<Settings>;
  readonly facts: Facts;
  title: string | null = null;
  /** Such a job works on what was counted before. */
  readonly durationSeconds = null;
  readonly #stages: readonly Stage[];
  /** Those that began before they were told of end without it. Asked once: all of a job is told, or nothing. */
  override readonly isAnnounced: boolean;

  constructor(
    stages: readonly Stage[],
    input: InputWith<Settings>,
    facts: Facts,
    optional: readonly Stage[] = [],
  ) {
    super({ all: stages, optional }, input);
    this.#stages = stages;
    this.input = input;
    this.facts = facts;
    this.isAnnounced = input.account !== null && patched('announce-stepwise-jobs');
    this.begin();
  }

  get name(): string | null {
    return this.title;
  }

  get taskQueue(): string {
    return TASK_QUEUES.control;
  }

  progress(): ProgressOfJob & Facts {
    const share = this.#stages.indexOf(this.stage) / this.#stages.length;
    return {
      ...this.facts,
      state: this.state,
      stage: this.stage,
      progress: this.atLeastAsBefore(this.state === 'completed' ? 100 : 100 * share),
      title: this.title,
      startedAt: this.createdAt,
      estimatedCompletion: null,
      error: this.error,
      notices: this.notices,
    };
  }

  protected searchAttributes(): SearchAttributeUpdatePair[] {
    return [];
  }

  protected detail(): string {
    return '';
  }

  protected leaveOut(): void {
    // Nothing is estimated from how long it takes.
  }
}
