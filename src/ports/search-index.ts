/** A segment as it is found. */
export interface IndexedSegment {
  /** Seconds of the video. */
  start: number;
  end: number;
  /** By name. */
  speaker: string | null;
  text: string;
  /** ISO 639-1: words are found by their stem where its stems are known, else as they are written. */
  language: string;
}

export interface IndexedTranscript {
  jobId: string;
  userId: string;
  segments: readonly IndexedSegment[];
}

/** Where a hit stands among all hits of a query; the next page goes on behind it. */
export interface HitPosition {
  rank: number;
  createdAt: Date;
  jobId: string;
  position: number;
}

export interface SearchHit extends HitPosition {
  title: string | null;
  /** The address as anybody may see it. */
  source: string;
  start: number;
  end: number;
  speaker: string | null;
  /** What is said, as plain text, shortened around the words that match. */
  text: string;
  /** Where words of `text` match, in UTF-16 code units, in order. */
  matches: { from: number; to: number }[];
}

/**
 * Full-text search over the transcripts of completed jobs.
 *
 * Every call rejects with ClipScribeError `DatabaseUnavailable` while the database cannot be reached.
 */
export interface SearchIndex {
  /** Puts a transcript in the place of what is held of its job. Idempotent. */
  replace(transcript: IndexedTranscript): Promise<void>;
  /** Segments of the user's completed jobs, the best first; of equals, those of newer jobs, in order of time. */
  search(
    query: { userId: string; words: string },
    page: { limit: number; after: HitPosition | undefined },
  ): Promise<SearchHit[]>;
  /**
   * Completed jobs of which nothing is held, or nothing from their last run, in order of their ids; those behind an id.
   */
  missing(page: { after: string; limit: number }): Promise<{ jobId: string; userId: string }[]>;
}
