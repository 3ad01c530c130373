import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { JobInput } from '../contracts/job-input.ts';
import type { ReportedStage } from '../contracts/service-activities.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';
import type { StepMeasure } from '../contracts/measured.ts';
import { isLookDue } from '../domain/cost-ceilings.ts';
import { callActivity, type CallOptions } from './activity-calls.ts';

/** What the meter needs of its job. */
export interface MeteredJob {
  readonly input: Pick<JobInput, 'jobId' | 'account'>;
  readonly priority: CallOptions['priority'];
  readonly notices: string[];
}

/**
 * What a job costs, told to the service, and the ceilings that it comes near (H6). Reports are made when a stage
 * ends and when much of what is left was spent; a job that costs nothing makes none.
 */
export class CostMeter {
  readonly #job: MeteredJob;
  #untold = new Map<string, ReportedStage>();
  /** Stages that this job has paid for. */
  readonly #paid = new Set<string>();
  /** Ceilings of which the job has warned. */
  readonly #warned = new Set<string>();
  #reports = 0;
  #leftUsd: number | null = null;
  /** A sentence about the ceiling that was reached when the service last looked. */
  #reached: string | null = null;
  #looked = false;
  /** Somebody chose other settings, which may cost less: what they cost decides. */
  #waived = false;
  #telling: Promise<void> | undefined;

  constructor(job: MeteredJob) {
    this.#job = job;
  }

  add(stage: string, { seconds, costUsd, model }: StepMeasure): void {
    const before = this.#untold.get(stage);
    this.#untold.set(stage, {
      stage,
      model: model ?? before?.model ?? null,
      seconds: seconds + (before?.seconds ?? 0),
      costUsd: costUsd + (before?.costUsd ?? 0),
    });
    if (costUsd === 0) return;
    this.#paid.add(stage);
    this.#waived = false;
  }

  /**
   * Looks before a step whether a ceiling forbids it. Steps of stages that never cost anything are not asked about.
   *
   * @returns a sentence about the ceiling; null where the step may begin
   */
  async ceilingBefore(stage: string): Promise<string | null> {
    if (!this.#mayCost(stage) || this.#waived) return null;
    const isDue = !this.#looked || this.#reached !== null || isLookDue(this.#untoldUsd, this.#leftUsd);
    if (isDue) await Promise.race([this.#tell(), CancellationScope.current().cancelRequested]);
    return this.#reached;
  }

  /** Lets the next steps begin whatever the ceilings say, until one of them has cost money. */
  waive(): void {
    this.#waived = true;
  }

  /** Tells what is untold without being waited for: a stage has ended. */
  tellSoon(): void {
    if (this.#untoldUsd > 0) void this.#tell();
  }

  /** Tells the rest: the job has ended, whatever way it did. */
  async tellRest(): Promise<void> {
    if (this.#paid.size === 0) return;
    await this.#telling;
    if (this.#untold.size > 0) await this.#tell();
  }

  get #untoldUsd(): number {
    return [...this.#untold.values()].reduce((total, { costUsd }) => total + costUsd, 0);
  }

  #mayCost(stage: string): boolean {
    const { account } = this.#job.input;
    return this.#paid.has(stage) || (account?.paidStages?.includes(stage) ?? false);
  }

  /** Steps that look at the same time share one report. What is under way is counted, whatever becomes of the job. */
  #tell(): Promise<void> {
    return (this.#telling ??= CancellationScope.nonCancellable(() => this.#report()).finally(() => {
      this.#telling = undefined;
    }));
  }

  async #report(): Promise<void> {
    const { account, jobId } = this.#job.input;
    if (account === null) return;
    const stages = [...this.#untold.values()];
    this.#untold = new Map();
    this.#reports += 1;
    // It is tried for as long as the service is away.
    const { leftUsd, reached, near } = await callActivity(
      'reportCosts',
      {
        ...{ jobId, stages, accountId: account.accountId },
        ...{ runId: workflowInfo().runId, report: this.#reports },
      },
      { taskQueue: TASK_QUEUES.service, summary: summaryOf(stages), priority: this.#job.priority },
    );
    this.#leftUsd = leftUsd;
    this.#reached = reached;
    this.#looked = true;
    for (const { ceiling, warning } of near) {
      if (!this.#warned.has(ceiling)) this.#job.notices.push(warning);
      this.#warned.add(ceiling);
    }
  }
}

const summaryOf = (stages: readonly ReportedStage[]): string =>
  stages.length === 0
    ? 'look at the cost ceilings'
    : `cost: ${stages.map(({ stage, costUsd }) => `${stage} $${costUsd.toFixed(4)}`).join(', ')}`.slice(
        0,
        200,
      );
