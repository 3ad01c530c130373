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
