import { ClipScribeError } from '../domain/errors.ts';
import { languageOf, transcriptSchema, type Transcript } from '../domain/transcript.ts';
import { withSpeakerNames } from '../domain/word-speakers.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SearchIndex } from '../ports/search-index.ts';
import { readJson } from './stage-cache.ts';

export interface IndexingDependencies {
  store: ArtifactStore;
  searchIndex: SearchIndex;
}

/** Jobs of one look for what is missing. */
const PAGE_JOBS = 20;

/**
 * Puts the transcript among the results of a job into the search index, in the place of an earlier one. Where the
 * results are no longer stored nothing is found in it. Idempotent.
 *
 * @throws ClipScribeError DatabaseUnavailable, StorageDenied, StorageUnavailable
 */
export async function indexTranscript(
  { store, searchIndex }: IndexingDependencies,
  { jobId, userId }: { jobId: string; userId: string },
): Promise<void> {
  const transcript = await findTranscript(store, `results/${userId}/${jobId}/transcript.json`);
  const segments = transcript === undefined ? [] : withSpeakerNames(transcript).segments;
  await searchIndex.replace({
    ...{ jobId, userId },
    segments: segments.map(({ start, end, speaker, text, ...segment }) => ({
      ...{ start, end, speaker, text },
      language: transcript === undefined ? '' : languageOf(segment, transcript),
    })),
  });
}

/**
 * Indexes completed jobs of which the index does not know the newest: those of before there was one, and what was
 * missed. One that cannot be indexed keeps none from it; its error is thrown at the end.
 */
export async function indexWhatIsMissing(dependencies: IndexingDependencies): Promise<void> {
  const failures: unknown[] = [];
  let after = '';
  for (;;) {
    const jobs = await dependencies.searchIndex.missing({ after, limit: PAGE_JOBS });
    for (const job of jobs)
      await indexTranscript(dependencies, job).catch((error: unknown) => failures.push(error));
    const last = jobs.at(-1);
    if (last === undefined) break;
    after = last.jobId;
  }
  if (failures.length > 0) throw failures[0];
}

/** Undefined where it is not stored, or is none of this version's. */
async function findTranscript(store: ArtifactStore, key: string): Promise<Transcript | undefined> {
  const found = await store.find(key);
  if (found === undefined) return undefined;
  try {
    return await readJson(store, found, transcriptSchema);
  } catch (error) {
    const unreadable = !ClipScribeError.is(error) || error.code === 'ArtifactMissing';
    if (unreadable) return undefined;
    throw error;
  }
}
