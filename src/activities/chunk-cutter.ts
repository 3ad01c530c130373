import type { AcquiredAudio } from '../contracts/video-intelligence.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';
import { nextCut, planningHorizonSeconds } from '../domain/chunk-plan.ts';
import { BYTES_PER_SECOND } from '../domain/media.ts';
import { regionsWithin, speechSeconds } from '../domain/speech-regions.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { MediaTool } from '../ports/media-tool.ts';
import type { SpeechAnalysis, SpeechDetector } from '../ports/speech-models.ts';
import { PcmBuffer } from './pcm-buffer.ts';
import { sha256 } from './stage-cache.ts';

export interface ChunkCutterDependencies {
  mediaTool: MediaTool;
  speechDetector: SpeechDetector;
  store: ArtifactStore;
}

/** No word is shorter; encoders refuse blocks of a few samples. */
const SHORTEST_SECONDS = 0.1;

/**
 * Cuts a stream of PCM into stored chunks, going on behind the chunks that earlier attempts delivered: what
 * lies before is decoded again and dropped, because a seek inside compressed audio is not exact and decoding
 * is hundreds of times faster than transcribing.
 */
export class ChunkCutter {
  readonly #dependencies: ChunkCutterDependencies;
  readonly #signal: AbortSignal;
  readonly #buffer = new PcmBuffer();
  #bytesToDrop: number;
  #index: number;
  #start: number;

  constructor(
    dependencies: ChunkCutterDependencies,
    { chunkCount, endSeconds, signal }: AcquiredAudio & { signal: AbortSignal },
  ) {
    this.#dependencies = dependencies;
    this.#signal = signal;
    this.#index = chunkCount;
    this.#start = endSeconds;
    this.#bytesToDrop = Math.round(endSeconds * BYTES_PER_SECOND);
  }

  append(pcm: Buffer): void {
    const dropped = Math.min(this.#bytesToDrop, pcm.length);
    this.#bytesToDrop -= dropped;
    if (dropped < pcm.length) this.#buffer.append(pcm.subarray(dropped));
  }

  /** The chunks that can be cut now; with `isLast` all that is left. */
  async *cut({ isLast }: { isLast: boolean }): AsyncGenerator<AudioChunk> {
    while (
      this.#buffer.seconds >= SHORTEST_SECONDS &&
      (isLast || this.#buffer.seconds >= planningHorizonSeconds(this.#index))
    ) {
      const analysis = await this.#dependencies.speechDetector.detectSpeech(this.#buffer.all(), {
        signal: this.#signal,
      });
      const decision = nextCut({
        ...analysis,
        availableSeconds: this.#buffer.seconds,
        isLast,
        index: this.#index,
      });
      if (decision === 'need-more') return;
      yield await this.#store(this.#buffer.take(decision.cutSeconds), analysis);
    }
  }

  async #store(pcm: Buffer, analysis: SpeechAnalysis): Promise<AudioChunk> {
    const { mediaTool, store } = this.#dependencies;
    const durationSeconds = pcm.length / BYTES_PER_SECOND;
    const regions = regionsWithin(analysis.regions, 0, durationSeconds);
    // Named by the samples, not by the encoded file: another encoder version then makes no other chunk.
    const name = `audio/${sha256(pcm)}`;
    const audio =
      (await store.find(`${name}.flac`)) ??
      (await store.put(`${name}.flac`, await mediaTool.encodeFlac(pcm, { signal: this.#signal })));
    const chunk: AudioChunk = {
      index: this.#index,
      start: this.#start,
      end: this.#start + durationSeconds,
      speechSeconds: speechSeconds(regions),
      audio,
      speechRegions: await store.put(`${name}.regions.json`, JSON.stringify(regions)),
    };
    this.#index += 1;
    this.#start = chunk.end;
    return chunk;
  }
}
