import type { LiveChunk } from '../contracts/video-intelligence.ts';
import type { ArtifactRef } from '../domain/artifact.ts';

/** Of one answer: what a query returns is bounded as what a step returns is. */
const PAGE_CHUNKS = 50;

/** What is transcribed so far, for those who read along. Chunks end in any order, and are told in order of time. */
export class LiveTranscript {
  readonly #chunks: (LiveChunk | undefined)[] = [];

  /** @param transcript null where nobody speaks */
  add({ index, start }: { index: number; start: number }, transcript: ArtifactRef | null): void {
    this.#chunks[index] = { index, start, transcript };
  }

  /** The chunks from this index on, up to the first that is not done. */
  from(index: number): LiveChunk[] {
    const page = this.#chunks.slice(index, index + PAGE_CHUNKS);
    const gap = Array.from(page).indexOf(undefined);
    return (gap === -1 ? page : page.slice(0, gap)) as LiveChunk[];
  }
}
