import type { z } from 'zod';
import { applyCorrections } from '../../domain/apply-corrections.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import { viewOf, type CorrectedView, type CorrectionGround } from '../../domain/corrected-view.ts';
import {
  correctionsSchema,
  NO_CORRECTIONS,
  revisionsSchema,
  type CorrectionOutcome,
  type Corrections,
} from '../../domain/corrections.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { correctionsKey, groundKey, groundSchema } from '../../domain/ground.ts';
import { importsKey, importsSchema, NO_IMPORTS, withImports } from '../../domain/import-ground.ts';
import { manifestSchema } from '../../domain/manifest.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';

/** A job that can be corrected, as its owner sees it at this moment. */
export interface CorrectableJob {
  ground: CorrectionGround;
  /** JSON `Diarization`, which may be gone; null where speakers were not told apart. */
  diarization: ArtifactRef | null;
  corrections: Corrections;
  /** Of the corrections; null before the first one. */
  version: string | null;
  view: CorrectedView;
  outcome: CorrectionOutcome;
}

/** Others who correct the same job at the same time; more than a few means that something else is wrong. */
const MAXIMUM_ATTEMPTS = 20;

/**
 * What was found in the video of a job, and its corrections.
 *
 * @throws ClipScribeError JobNotFinished where nothing was found yet; StorageUnavailable, StorageDenied
 */
export async function readCorrectable(
  store: ArtifactStore,
  userId: string,
  jobId: string,
): Promise<CorrectableJob> {
  const kept = await readDocument(store, groundKey(userId, jobId), groundSchema);
  if (kept === undefined) {
    throw new ClipScribeError(
      'JobNotFinished',
      'The job has no transcript yet that could be corrected; an older job has one after `redo --from publish`.',
    );
  }
  const { transcript, turns, diarization, fingerprint } = kept.content;
  const imports = await readDocument(store, importsKey(userId, jobId), importsSchema);
  const found = { transcript, turns: turns ?? [], fingerprint };
  const ground = withImports(found, imports?.content ?? NO_IMPORTS);
  const stored = await readDocument(store, correctionsKey(userId, jobId), correctionsSchema);
  const corrections = stored?.content ?? NO_CORRECTIONS;
  const { outcome, ...corrected } = applyCorrections(ground, corrections);
  const view = { ...viewOf(ground), ...corrected };
  // Whose voices were heard is not known of people whom somebody else has named.
  const heard = ground === found ? diarization : null;
  return { ground, diarization: heard, corrections, version: stored?.version ?? null, view, outcome };
}

/**
 * Changes the corrections of a job. `change` is asked anew where somebody else was faster, so no correction is lost.
 *
 * @param change gives the document as it shall be; the same one where there is nothing to change
 * @throws ClipScribeError as {@link readCorrectable} and `change` do
 */
export async function changeCorrections(
  store: ArtifactStore,
  userId: string,
  jobId: string,
  change: (job: CorrectableJob) => Corrections,
): Promise<Corrections> {
  for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
    const job = await readCorrectable(store, userId, jobId);
    const changed = change(job);
    if (changed === job.corrections) return changed;
    const content = JSON.stringify(correctionsSchema.parse(changed));
    if (await store.putUnchanged(correctionsKey(userId, jobId), content, job.version)) return changed;
  }
  throw new ClipScribeError('StorageUnavailable', 'Others keep correcting the same job.');
}

/**
 * Whether people have changed more of a job than its results show, since the rewriting was never begun, or has not come
 * to its end. Results that do not say what is in them show nothing.
 *
 * @throws ClipScribeError StorageUnavailable, StorageDenied
 */
export async function areResultsBehind(
  store: ArtifactStore,
  userId: string,
  jobId: string,
): Promise<boolean> {
  const manifest = await readDocument(store, `results/${userId}/${jobId}/manifest.json`, manifestSchema);
  const stage = manifest?.content.stages.find(({ name }) => name === 'corrections');
  const shown = revisionsSchema.catch({ corrections: 0, imports: 0 }).parse(stage?.parameters);
  const corrections = await readDocument(store, correctionsKey(userId, jobId), correctionsSchema);
  const imports = await readDocument(store, importsKey(userId, jobId), importsSchema);
  return (
    (corrections?.content.revision ?? 0) > shown.corrections ||
    (imports?.content.revision ?? 0) > shown.imports
  );
}

/** A document that is changed in place, as it is at this moment; undefined where there is none. */
export async function readDocument<T>(
  store: ArtifactStore,
  key: string,
  schema: z.ZodType<T>,
): Promise<{ content: T; version: string } | undefined> {
  const current = await store.readCurrent(key);
  if (current === undefined) return undefined;
  const content = schema.parse(JSON.parse(Buffer.from(current.content).toString('utf8')));
  return { content, version: current.version };
}
