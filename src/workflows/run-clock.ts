import type { MeasuredRun } from '../domain/run-rates.ts';
import type { StageLedger } from './stage-ledger.ts';

/** Times the stages of a run, for estimates of later ones. */
export class RunClock<Stage extends string> {
  readonly #startedMs = Date.now();
  readonly #stages: { stage: Stage; sinceMs: number }[];
  /** Somebody held it up: its time says nothing about later runs. */
  held = false;

  constructor(first: Stage) {
    this.#stages = [{ stage: first, sinceMs: this.#startedMs }];
  }

  enter(stage: Stage): void {
    if (this.#stages.at(-1)?.stage !== stage) this.#stages.push({ stage, sinceMs: Date.now() });
  }

  /** @returns null where the run was held up, or took over what was done before */
  measure(
    ledger: StageLedger<Stage>,
    { queue, mediaSeconds }: Pick<MeasuredRun, 'queue' | 'mediaSeconds'>,
  ): MeasuredRun | null {
    const records = ledger.records();
    if (this.held || records.some(({ cached }) => cached)) return null;
    const nowMs = Date.now();
    return {
      ...{ queue, mediaSeconds },
      runSeconds: (nowMs - this.#startedMs) / 1000,
      workSeconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
      stages: this.#stages.map(({ stage, sinceMs }, index) => ({
        stage,
        seconds: ((this.#stages[index + 1]?.sinceMs ?? nowMs) - sinceMs) / 1000,
      })),
    };
  }
}
