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
  /** Such as `video` or `reel`. */
  kind: string;
  state: 'completed' | 'failed' | 'cancelled';
  /** From its submission to its end. */
  seconds: number;
}

/** Takes note of how jobs end. Never throws. */
export interface JobMetrics {
  jobEnded(job: EndedJob): void;
}
