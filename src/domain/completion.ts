import { quantile, type Estimate } from './estimate.ts';
import type { MeasuredRun } from './run-rates.ts';

/** What is known of a job that runs. */
export interface RunningJob {
  /** Of each stage, how much of it is left, 0–1. */
  left: readonly { stage: string; share: number }[];
  /** Null while unknown. */
  mediaSeconds: number | null;
  /** What is left by the rate that the job has itself shown; null while it has shown none. */
  ownSeconds: number | null;
}

/** Fewer runs tell too little. */
const FEWEST_RUNS = 3;
/** How far off a rate may be of which only the job itself tells something. */
const UNMEASURED_FACTOR = 2;

/**
 * How long a running job still takes. Where the job has shown a rate of its own, that is the middle; how sure it is say
 * the rates, by stage and queue, of the runs that completed here.
 *
 * @param runs of the same kind, on the same queue
 * @returns null where neither tells anything
 */
export function remainingTime(
  { left, mediaSeconds, ownSeconds }: RunningJob,
  runs: readonly MeasuredRun[],
): Estimate | null {
  const measured = mediaSeconds === null ? null : byStages(left, mediaSeconds, runs);
  if (measured === null) {
    if (ownSeconds === null) return null;
    return {
      seconds: ownSeconds,
      lowSeconds: ownSeconds / UNMEASURED_FACTOR,
      highSeconds: ownSeconds * UNMEASURED_FACTOR,
    };
  }
  const scale = ownSeconds === null ? 1 : ownSeconds / measured.seconds;
  return {
    seconds: measured.seconds * scale,
    lowSeconds: measured.lowSeconds * scale,
    highSeconds: measured.highSeconds * scale,
  };
}

function byStages(
  left: RunningJob['left'],
  mediaSeconds: number,
  runs: readonly MeasuredRun[],
): Estimate | null {
  const ofMedia = runs.filter((run) => run.mediaSeconds !== null && run.mediaSeconds > 0);
  if (ofMedia.length < FEWEST_RUNS) return null;
  const rates = (stage: string): number[] =>
    ofMedia.map((run) => secondsIn(run, stage) / (run.mediaSeconds as number));
  const at = (place: number): number =>
    left.reduce((sum, { stage, share }) => sum + share * mediaSeconds * quantile(rates(stage), place), 0);
  const seconds = at(0.5);
  return seconds > 0 ? { seconds, lowSeconds: at(0.2), highSeconds: at(0.8) } : null;
}

const secondsIn = ({ stages }: MeasuredRun, stage: string): number =>
  stages.reduce((sum, each) => sum + (each.stage === stage ? each.seconds : 0), 0);
