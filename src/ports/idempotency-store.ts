/** An answer as it is given again. */
export interface StoredAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What is known of a key. */
export type KeyState =
  /** The request is ours to answer. `operationId` is the same for every try of this request. */
  | { kind: 'taken'; operationId: string }
  /** Somebody answers it at this moment. */
  | { kind: 'in-flight' }
  /** The key came with another request before. */
  | { kind: 'other-request' }
  | { kind: 'answered'; answer: StoredAnswer };

/** Answers by Idempotency-Key, for a day. Keys of different users have nothing to do with each other. */
export interface IdempotencyStore {
  /** Takes the key for this process. One whose process has died may be taken again after a while. */
  take(userId: string, key: string, requestHash: string): Promise<KeyState>;
  /** Keeps the answer. */
  answer(userId: string, key: string, answer: StoredAnswer): Promise<void>;
  /** Gives the key back: the request changed nothing and may be tried again. */
  release(userId: string, key: string): Promise<void>;
  /** Forgets answers that are a day old. */
  sweep(): Promise<void>;
}
