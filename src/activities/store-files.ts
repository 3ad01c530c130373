import { z } from 'zod';
import type { NamedArtifact } from '../contracts/job-results.ts';
import { artifactRefSchema } from '../domain/artifact.ts';
import type { StageKeyParts } from '../domain/stage-key.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { readJson, type StageCache } from './stage-cache.ts';

const filesSchema = z.array(z.object({ name: z.string(), artifact: artifactRefSchema }));

/** The stage cache for stages with several output files: their list is what is cached. */
export async function storeFiles(
  cache: StageCache,
  store: ArtifactStore,
  parts: StageKeyParts,
  render: () => Promise<Record<string, string>>,
): Promise<{ files: NamedArtifact[]; cached: boolean }> {
  const { artifact, cached } = await cache.json(parts, async () => {
    const contents = Object.entries(await render());
    return Promise.all(
      contents.map(async ([name, content]) => ({
        name,
        artifact: await store.put(cache.key(parts, name), content),
      })),
    );
  });
  return { files: await readJson(store, artifact, filesSchema), cached };
}
