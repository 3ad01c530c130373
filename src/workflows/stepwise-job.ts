import type { SearchAttributeUpdatePair } from '@temporalio/common';
import type { JobInput } from '../contracts/job-input.ts';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import type { ProgressOfJob } from '../domain/job.ts';
import { temporalPriorityKey } from '../domain/priority.ts';
import { JobControl, type JobPriority } from './job-control.ts';

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

  constructor(stages: readonly Stage[], input: InputWith<Settings>, facts: Facts) {
    super({ all: stages, optional: [] }, input.settings);
    this.#stages = stages;
    this.input = input;
    this.facts = facts;
    this.begin();
  }

  get taskQueue(): string {
    return TASK_QUEUES.control;
  }

  get priority(): JobPriority {
    const { account, userId, priority } = this.input;
    return {
      priorityKey: temporalPriorityKey(priority),
      fairnessKey: userId,
      ...(account ? { fairnessWeight: account.weight } : {}),
    };
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

  protected currentInput(): object {
    return { ...this.input, settings: this.settings };
  }

  protected changedSettings(settings: Settings, changes: Partial<Settings>): Settings {
    return { ...settings, ...changes };
  }

  protected searchAttributes(): SearchAttributeUpdatePair[] {
    return [{ key: SEARCH_ATTRIBUTES.priority, value: this.input.priority }];
  }

  protected detail(): string {
    return '';
  }

  protected leaveOut(): void {
    // Nothing is estimated from how long it takes.
  }
}
