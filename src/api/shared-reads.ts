interface Read<T> {
  atMs: number;
  value: Promise<T>;
}

/**
 * What many ask for, read once in a short while for all of them. An answer is at most `freshMs` older than the
 * question, whichever process changed in between what it tells of; a read that failed is made anew.
 */
export class SharedReads<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #freshMs: number;
  /** By key, the oldest first. */
  readonly #reads = new Map<string, Read<T>>();

  constructor(read: (key: string) => Promise<T>, freshMs: number) {
    this.#read = read;
    this.#freshMs = freshMs;
  }

  /** Rejects with what reading rejects with. */
  get(key: string): Promise<T> {
    const now = Date.now();
    // Nothing is kept for longer than it is told, so that memory follows what is asked for now.
    for (const [old, { atMs }] of this.#reads) {
      if (now - atMs < this.#freshMs) break;
      this.#reads.delete(old);
    }
    const known = this.#reads.get(key);
    if (known !== undefined) return known.value;
    const read = { atMs: now, value: this.#read(key) };
    this.#reads.set(key, read);
    read.value.catch(() => {
      if (this.#reads.get(key) === read) this.#reads.delete(key);
    });
    return read.value;
  }

  /** Has the next question read anew, where this process has just changed what is told. */
  forget(): void {
    this.#reads.clear();
  }
}
