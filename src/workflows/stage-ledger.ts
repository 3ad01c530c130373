import type { StepMeasure } from '../contracts/measured.ts';
import type { StageRecord } from '../domain/core-document.ts';

/** Sums up what each stage cost over its activities. */
export class StageLedger<Stage extends string> {
  readonly #stages: readonly Stage[];
  readonly #measures = new Map<Stage, StepMeasure[]>();

  /** @param stages in order */
  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  add(stage: Stage, measure: StepMeasure): void {
    this.#measures.set(stage, [...(this.#measures.get(stage) ?? []), measure]);
  }

  /** Of all stages together. */
  get costUsd(): number {
    return round(sum([...this.#measures.values()].flat().map((measure) => measure.costUsd)), 6);
  }

  /** Stages of an earlier run, whose outputs this one goes on from: they cost nothing again. */
  takeOver(records: readonly StageRecord[]): void {
    for (const { name, model, attempts } of records) {
      const stage = this.#stages.find((each) => each === name);
      if (stage !== undefined)
        this.add(stage, { model, attempt: attempts, seconds: 0, costUsd: 0, cached: true });
    }
  }

  /** One record per stage that ran, in the order of the stages. */
  records(): StageRecord[] {
    return this.#stages.flatMap((name) => {
      const measures = this.#measures.get(name);
      if (measures === undefined) return [];
      return {
        name,
        model: measures.find((measure) => measure.model !== null)?.model ?? null,
        seconds: round(sum(measures.map((measure) => measure.seconds)), 3),
        costUsd: round(sum(measures.map((measure) => measure.costUsd)), 6),
        cached: measures.every((measure) => measure.cached),
        attempts: Math.max(...measures.map((measure) => measure.attempt)),
      };
    });
  }
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
