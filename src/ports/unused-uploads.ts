/** An upload that no job uses yet. */
export interface UnusedUpload {
  /** Of its file in the artifact store; see `uploadKeys`. */
  key: string;
  userId: string;
  /** As announced. */
  bytes: number;
}

/**
 * What the uploads of each user hold that no job uses yet: from the moment they are announced until a job that reads
 * them is accepted (`AcceptJob.uploads`).
 *
 * Every call rejects with ClipScribeError `DatabaseUnavailable` while the database cannot be reached.
 */
export interface UnusedUploads {
  heldBytes(userId: string): Promise<number>;
  /**
   * Counts an upload, unless all of the user's would hold more than the limit then, however many are announced at once.
   * Idempotent by key.
   *
   * @returns whether it is counted
   */
  add(upload: UnusedUpload, limitBytes: number): Promise<boolean>;
  /** Users of whose uploads some were announced before a moment. */
  usersBefore(moment: Date): Promise<string[]>;
  /** Keys of those of a user's uploads that were announced before a moment. */
  announcedBefore(userId: string, moment: Date): Promise<string[]>;
  /** Idempotent. @returns how many of them were counted */
  remove(keys: readonly string[]): Promise<number>;
}
