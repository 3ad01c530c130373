import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ArtifactRef } from '../domain/artifact.ts';
import { stageKeyMaterial, type StageKeyParts } from '../domain/stage-key.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';

export interface CachedArtifact {
  artifact: ArtifactRef;
  cached: boolean;
}

/**
 * Every stage's output, stored under a key made of all that it depends on. A retried, repeated or re-tuned job
 * so redoes only what changed.
 */
export class StageCache {
  readonly #store: ArtifactStore;

  constructor(store: ArtifactStore) {
    this.#store = store;
  }

  /** The stored output of a stage as JSON, made by `compute` where it is not there yet. */
  async json(parts: StageKeyParts, compute: () => Promise<unknown>): Promise<CachedArtifact> {
    const key = this.key(parts, 'json');
    const stored = await this.#store.find(key);
    if (stored !== undefined) return { artifact: stored, cached: true };
    return { artifact: await this.#store.put(key, JSON.stringify(await compute())), cached: false };
  }

  /** The stored output of a stage, parsed; undefined where it is not there. */
  async find<T>(parts: StageKeyParts, schema: z.ZodType<T>): Promise<T | undefined> {
    const stored = await this.#store.find(this.key(parts, 'json'));
    return stored === undefined ? undefined : readJson(this.#store, stored, schema);
  }

  /** The store key of a stage's output; `name` tells several outputs of one stage apart. */
  key(parts: StageKeyParts, name: string): string {
    return `stages/${parts.stage}/${sha256(stageKeyMaterial(parts))}.${name}`;
  }
}

/** Hexadecimal sha256. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Reads a JSON artifact. What is stored is ours, yet parsed: a damaged store must not look like a result. */
export async function readJson<T>(
  store: ArtifactStore,
  artifact: ArtifactRef,
  schema: z.ZodType<T>,
): Promise<T> {
  return schema.parse(JSON.parse(Buffer.from(await store.read(artifact)).toString('utf8')));
}
