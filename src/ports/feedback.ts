/** What a user thinks of a result (H7). */
export interface JobFeedback {
  jobId: string;
  userId: string;
  /** 1–5, 5 the best. */
  rating: number;
  /** Empty where only a rating was given. */
  words: string;
  at: Date;
}

/** Every call rejects with ClipScribeError `DatabaseUnavailable` while the database cannot be reached. */
export interface Feedback {
  /** Keeps one for each job and user: the newest. */
  give(feedback: Omit<JobFeedback, 'at'>): Promise<JobFeedback>;
  /** Newest first. */
  newest(limit: number): Promise<JobFeedback[]>;
  /** Mean rating: null while there is none. */
  summary(): Promise<{ count: number; meanRating: number | null }>;
}
