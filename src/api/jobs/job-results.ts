import { posix } from 'node:path';
import { artifactKey, artifactUri, type ArtifactRef } from '../../domain/artifact.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { manifestSchema } from '../../domain/manifest.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { JobsClient } from './jobs-client.ts';

export interface JobResult {
  name: string;
  reference: ArtifactRef;
}

/**
 * The result files of a completed job, manifest.json last.
 *
 * @throws ClipScribeError JobNotFound, JobNotFinished, ArtifactMissing, ServiceUnavailable
 */
export async function findResults(
  { jobs, store }: { jobs: JobsClient; store: ArtifactStore },
  userId: string,
  jobId: string,
): Promise<JobResult[]> {
  const { status } = await jobs.describe(jobId);
  if (status !== 'completed') {
    throw new ClipScribeError('JobNotFinished', `The job has no results: it is ${status}.`);
  }
  const manifest = await store.find(`results/${userId}/${jobId}/manifest.json`);
  if (manifest === undefined) {
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
