import { quantile } from './estimate.ts';

/** How long a run of a job took that completed, and what it did in that time. */
export interface RunTime {
  /** From start to end. */
  runSeconds: number;
  /** Of all its steps together, which partly run side by side. */
  workSeconds: number;
}

/** What a run tells that nothing held up and that found nothing done before. */
export interface MeasuredRun extends RunTime {
  /** The task queue of its steps, at its end. */
  queue: string;
  /** Length of the media; null where there is none. */
  mediaSeconds: number | null;
  /** From entering each stage to entering the next one. */
  stages: { stage: string; seconds: number }[];
}

/** What is known of how long jobs take here. */
export interface RunRates {
  meanWorkSeconds: number;
  /** Standard deviation of the work ÷ its mean, with what few samples leave unsure. */
  variation: number;
  /** Steps of one job that run side by side, where there is room. */
  stepsAtOnce: number;
  /** What it was measured on; with too few runs it is assumed, and this is empty. */
  works: readonly number[];
}

/** Before anything was measured: some minutes of work, give or take a factor of four. */
export const ASSUMED_RATES: RunRates = { meanWorkSeconds: 600, variation: 2, stepsAtOnce: 2, works: [] };

/** Fewer runs tell too little. */
const FEWEST_SAMPLES = 3;
/** Runs that waited for slots show fewer steps side by side than a job can have. */
const UNHINDERED_SHARE = 0.8;

/** The rates that runs show; assumed ones where there are too few. */
export function ratesOf(runs: readonly RunTime[]): RunRates {
  const samples = runs.length;
  const work = runs.map(({ workSeconds }) => workSeconds);
  const meanWorkSeconds = work.reduce((sum, seconds) => sum + seconds, 0) / samples;
  if (samples < FEWEST_SAMPLES || !(meanWorkSeconds > 0)) return ASSUMED_RATES;
  const variance = work.reduce((sum, seconds) => sum + (seconds - meanWorkSeconds) ** 2, 0) / (samples - 1);
  const squaredVariation = variance / meanWorkSeconds ** 2;
  const atOnce = runs
    .filter(({ runSeconds }) => runSeconds > 0)
    .map(({ runSeconds, workSeconds }) => workSeconds / runSeconds);
  return {
    meanWorkSeconds,
    // The mean itself is only known so well.
    variation: Math.sqrt(squaredVariation + squaredVariation / samples),
    stepsAtOnce: atOnce.length === 0 ? 1 : quantile(atOnce, UNHINDERED_SHARE),
    works: work,
  };
}

/** The work that is left on average of a job that has been given so much: most jobs that took as long are long. */
export function remainingWork({ works, meanWorkSeconds }: RunRates, givenSeconds: number): number {
  const longer = works.filter((seconds) => seconds > givenSeconds);
  // Longer than all that were measured: nobody knows.
  if (longer.length === 0) return meanWorkSeconds;
  return longer.reduce((sum, seconds) => sum + seconds - givenSeconds, 0) / longer.length;
}
