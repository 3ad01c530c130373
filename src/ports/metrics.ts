/** One attempt of a step, as a worker saw it. */
export interface StepObservation {
  /** The activity's name. */
  step: string;
  taskQueue: string;
  /** `cancelled`: by the user, or because the worker shut down. */
  outcome: 'completed' | 'failed' | 'cancelled';
  seconds: number;
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
  runningJobs: number;
  queues: readonly { queue: string; waitingSteps: number; workers: number }[];
  /** For a job that is submitted now; null where nothing was measured. */
  estimatedWaitSeconds: number | null;
  /** Of this calendar month (UTC). */
  monthCostUsd: number;
  /** Share of the jobs of the last hour that completed; null where none ended. */
  successRate: number | null;
}

/** Takes note of how jobs end. Never throws. */
export interface JobMetrics {
  jobEnded(job: EndedJob): void;
}
