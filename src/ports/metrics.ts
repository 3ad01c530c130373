import type { Accuracy } from '../domain/estimate-accuracy.ts';
import type { Estimate } from '../domain/estimate.ts';

/** One attempt of a step, as a worker saw it. */
export interface StepObservation {
  /** The activity's name. */
  step: string;
  taskQueue: string;
  /** `cancelled`: by the user, or because the worker shut down. */
  outcome: 'completed' | 'failed' | 'cancelled';
  seconds: number;
  /** Of picture and sound that it made; 0 where it made none, or found them made. */
  mediaBytes: number;
}

/** Takes note of what steps do, for whoever watches the installation. Never throws. */
export interface StepMetrics {
  stepEnded(observation: StepObservation): void;
}

export interface EndedJob {
  /** The type of its workflow. */
  kind: string;
  state: 'completed' | 'failed' | 'cancelled';
  /** From the start of this run to its end. */
  seconds: number;
}

/** How the service is at one moment. */
export interface ServiceNumbers {
  /** Jobs that wait for their turn or for a worker. */
  waitingJobs: number;
  /** Reels among them. */
  waitingReels: number;
  runningJobs: number;
  /** For how long steps of a running job have been at work on the short route, of the job with the most. */
  shortRouteSeconds: number;
  queues: readonly {
    queue: string;
    waitingSteps: number;
    workers: number;
    /** Null where the Temporal server does not tell. */
    slots: number | null;
    usedSlots: number | null;
    /** Null while none waits. */
    oldestWaitingSeconds: number | null;
  }[];
  /** For a job that is submitted now; null where nobody works. */
  estimatedWait: Estimate | null;
  /** How near past estimates came. */
  accuracy: readonly Accuracy[];
  /** Of this calendar month (UTC). */
  monthCostUsd: number;
  /** Share of the jobs of the last hour that completed; null where none ended. */
  successRate: number | null;
}

/** Takes note of how jobs end. Never throws. */
export interface JobMetrics {
  jobEnded(job: EndedJob): void;
}
