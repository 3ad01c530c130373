import type { SearchAttributeUpdatePair } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../contracts/jobs.ts';
import type { ReelProposeInput } from '../contracts/reel-propose.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import { temporalPriorityKey } from '../domain/priority.ts';
import {
  PROPOSAL_STAGES,
  type ProposalProgress,
  type ProposalSettings,
  type ProposalStage,
} from '../domain/proposal.ts';
import { JobControl, type JobPriority } from './job-control.ts';

/** The state of one proposal. */
export class ProposalJob extends JobControl<ProposalStage, ProposalSettings> {
  readonly input: ReelProposeInput;
  title: string | null = null;
  momentCount: number | null = null;
  /** The video counted when it was transcribed. */
  readonly durationSeconds = null;

  constructor(input: ReelProposeInput) {
    super({ all: PROPOSAL_STAGES, optional: [] }, input.settings);
    this.input = input;
    this.begin();
  }

  /** Any host can read a transcript. */
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

  progress(): ProposalProgress {
    const share = PROPOSAL_STAGES.indexOf(this.stage) / PROPOSAL_STAGES.length;
    return {
      state: this.state,
      stage: this.stage,
      progress: this.atLeastAsBefore(this.state === 'completed' ? 100 : 100 * share),
      title: this.title,
      momentCount: this.momentCount,
      startedAt: this.createdAt,
      estimatedCompletion: null,
      error: this.error,
      notices: this.notices,
    };
  }

  protected currentInput(): ReelProposeInput {
    return { ...this.input, settings: this.settings };
  }

  protected changedSettings(
    settings: ProposalSettings,
    changes: Partial<ProposalSettings>,
  ): ProposalSettings {
    return { ...settings, ...changes };
  }

  protected searchAttributes(): SearchAttributeUpdatePair[] {
    return [{ key: SEARCH_ATTRIBUTES.priority, value: this.input.priority }];
  }

  protected detail(): string {
    return this.momentCount === null ? '' : ` · ${this.momentCount} moments`;
  }

  protected leaveOut(): void {
    // It ends too soon to estimate when.
  }
}
