import { BYTES_PER_SECOND } from '../domain/media.ts';

const BYTES_PER_SAMPLE = 2;

/** PCM that was decoded but not yet cut into a chunk: at most one chunk and its look-ahead. */
export class PcmBuffer {
  #parts: Buffer[] = [];
  #bytes = 0;

  get seconds(): number {
    return this.#bytes / BYTES_PER_SECOND;
  }

  append(pcm: Buffer): void {
    this.#parts.push(pcm);
    this.#bytes += pcm.length;
  }

  /** Everything in the buffer, in one piece. */
  all(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  /** Removes and returns the first `seconds`, cut at a whole sample. */
  take(seconds: number): Buffer {
    const bytes = Math.min(
      this.#bytes,
      Math.round((seconds * BYTES_PER_SECOND) / BYTES_PER_SAMPLE) * BYTES_PER_SAMPLE,
    );
    const all = this.all();
    const rest = Buffer.from(all.subarray(bytes));
    this.#parts = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    return all.subarray(0, bytes);
  }
}
