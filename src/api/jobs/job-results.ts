import { posix } from 'node:path';
import { artifactKey, artifactUri, type ArtifactRef } from '../../domain/artifact.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { manifestSchema } from '../../domain/manifest.ts';
import type { JobState } from '../../domain/job.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { JobsClient } from './jobs-client.ts';

export interface JobResult {
  name: string;
  reference: ArtifactRef;
}

/** States in which newer results are on their way: nobody shall take the earlier ones for them. */
const UNDER_WAY: readonly JobState[] = ['queued', 'running', 'paused'];

/**
 * The result files of a job's last completed run, manifest.json last. A run that fails, is cancelled or waits for
 * somebody takes none away.
 *
 * @throws ClipScribeError JobNotFound, JobNotFinished, ArtifactMissing, ServiceUnavailable
 */
export async function findResults(
  { jobs, store }: { jobs: JobsClient; store: ArtifactStore },
  userId: string,
  jobId: string,
): Promise<JobResult[]> {
  const { status } = await jobs.describe(jobId);
  const notFinished = (): ClipScribeError =>
    new ClipScribeError('JobNotFinished', `The job has no results: it is ${status}.`);
  if (UNDER_WAY.includes(status)) throw notFinished();
  const manifest = await store.find(`results/${userId}/${jobId}/manifest.json`);
  if (manifest === undefined) {
    if (status !== 'completed') throw notFinished();
    throw new ClipScribeError('ArtifactMissing', 'The results of this job are no longer stored.');
  }
  const folder = posix.dirname(artifactKey(manifest));
  const { files } = manifestSchema.parse(JSON.parse(new TextDecoder().decode(await store.read(manifest))));
  return [
    ...files.map(({ name, sha256, bytes }) => ({
      name,
      reference: { uri: artifactUri(`${folder}/${name}`), sha256, bytes },
    })),
    { name: 'manifest.json', reference: manifest },
  ];
}
