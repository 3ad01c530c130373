/** The emergency stop of the installation, or its end. */
export interface StopEvent {
  /** Later events have greater numbers. */
  number: number;
  action: 'stop' | 'resume';
  /** Who did it, for people. */
  by: string;
  reason: string;
  at: Date;
  /** When every running job had been told; null while some have not. */
  toldAt: Date | null;
}

/**
 * What stops all work of the installation (H6), and keeps it stopped until somebody resumes it. Every call rejects
 * with ClipScribeError `DatabaseUnavailable` while the database cannot be reached.
 */
export interface StopSwitch {
  /** The newest event, which is what holds; undefined where nobody ever stopped anything. */
  last(): Promise<StopEvent | undefined>;
  /**
   * Stops all work: from the moment this resolves nothing is accepted and no turn is given. Where it is stopped
   * already, the stop that holds stays.
   */
  stop(order: { by: string; reason: string }): Promise<{ event: StopEvent; changed: boolean }>;
  /** Lets work go on. @returns false where nothing is stopped */
  resume(order: { by: string }): Promise<boolean>;
  /** Every running job has been told of this event. */
  confirmTold(number: number): Promise<void>;
}
