import { condition } from '@temporalio/workflow';
import type { AcquiredAudio } from '../contracts/video-intelligence.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';

/** The chunks that acquireAudio has reported, in order, while more may come. */
export class ArrivingAudio {
  readonly #chunks: AudioChunk[] = [];
  complete = false;

  /** Takes chunks that go on where the last one ended; repeated ones, from a second attempt, are ignored. */
  add(chunks: readonly AudioChunk[]): void {
    for (const chunk of chunks) {
      if (chunk.index === this.#chunks.length) this.#chunks.push(chunk);
    }
  }

  acquired(): AcquiredAudio {
    return { chunkCount: this.#chunks.length, endSeconds: this.#chunks.at(-1)?.end ?? 0 };
  }

  /** Those that have arrived in which somebody speaks. */
  spoken(): AudioChunk[] {
    return this.#chunks.filter(({ speechSeconds }) => speechSeconds > 0);
  }

  /** Waits for the chunk with this index; undefined when the audio ends before it. */
  async chunk(index: number): Promise<AudioChunk | undefined> {
    await condition(() => index < this.#chunks.length || this.complete);
    return this.#chunks[index];
  }
}
