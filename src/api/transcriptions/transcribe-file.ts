import canonicalize from 'canonicalize';
import { typeid } from 'typeid-js';
import { videoJobInputSchema } from '../../contracts/video-intelligence.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { JobSettings } from '../../domain/job.ts';
import { uploadKeys } from '../../domain/upload.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import type { Caller } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idOfKey } from '../jobs/id-of-key.ts';
import { findResults, type JobResult } from '../jobs/job-results.ts';
import { jobStartOf } from '../jobs/job-start.ts';
import { submissionSchema } from '../jobs/job-schemas.ts';
import { submitJob } from '../jobs/submit-job.ts';
import type { ReceivedFile } from './receive-form.ts';

export interface TranscribeFile {
  file: ReceivedFile;
  settings: Pick<JobSettings, 'language' | 'model'>;
  caller: Caller;
  operationId: string;
}

/**
 * The job for a file: the one that this user's same file with the same settings has already, unless that failed or
 * its results are gone; else a new one. So a client that lost patience comes back to what it began.
 *
 * @throws ClipScribeError those of `submitJob` and of the store
 */
export async function jobForFile(
  dependencies: ApiDependencies,
  { file, settings, caller, operationId }: TranscribeFile,
): Promise<string> {
  const { userId } = caller;
  const { sha256, fileName } = file;
  for (let attempt = 0; ; attempt += 1) {
    const jobId = idOfKey('job', canonicalize({ userId, sha256, fileName, settings, attempt }) ?? '');
    const known = await dependencies.catalogue.find(jobId);
    if (known === undefined) {
      await submitFile(dependencies, jobId, { file, settings, caller, operationId });
      return jobId;
    }
    if (await isOfUse(dependencies, known)) return jobId;
  }
}

/** A job is told as failed a moment before the catalogue knows it, and a client may ask again at once. */
async function isOfUse({ jobs, store }: ApiDependencies, { id, userId }: CatalogueJob): Promise<boolean> {
  const { status } = await jobs.describe(id);
  if (status === 'failed' || status === 'cancelled') return false;
  if (status !== 'completed') return true;
  return (await resultsOf({ jobs, store }, userId, id)) !== undefined;
}

/** Undefined where they are no longer stored. */
async function resultsOf(
  stores: Pick<ApiDependencies, 'jobs' | 'store'>,
  userId: string,
  jobId: string,
): Promise<JobResult[] | undefined> {
  return findResults(stores, userId, jobId).catch((error: unknown) => {
    if (ClipScribeError.is(error) && error.code === 'ArtifactMissing') return undefined;
    throw error;
  });
}

async function submitFile(
  dependencies: ApiDependencies,
  jobId: string,
  { file, settings, caller, operationId }: TranscribeFile,
): Promise<void> {
  const { store, policy, catalogue } = dependencies;
  const uploadId = typeid('upload').toString();
  const keys = uploadKeys(caller.userId, uploadId);
  const { fileName, contentType, bytes } = file;
  await store.put(keys.media, { scratchFile: file.path });
  await store.put(keys.note, JSON.stringify({ fileName, contentType, bytes }));
  const { language, model } = settings;
  try {
    await submitJob(dependencies, {
      submission: submissionSchema.parse({
        uploadId,
        ...(language === undefined ? {} : { language }),
        ...(model === undefined ? {} : { options: { model } }),
      }),
      ...{ caller, operationId, policy, jobId, allowLocalFiles: false },
    });
  } catch (error) {
    await store.removeAll(keys.folder);
    throw error;
  }
  // The same request came twice at once, and the other one's file is used.
  const accepted = await catalogue.find(jobId);
  if (accepted === undefined) return;
  const { source } = videoJobInputSchema.parse(jobStartOf(accepted).input);
  if (source.kind !== 'upload' || source.key !== keys.media) await store.removeAll(keys.folder);
}
