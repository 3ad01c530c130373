import { posix } from 'node:path';
import { z } from 'zod';
import { artifactKey, artifactUri, type ArtifactRef } from '../../domain/artifact.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { JobsClient } from './jobs-client.ts';

/** What a listing of results needs of manifest.json. */
const manifestSchema = z.object({
  files: z.array(z.object({ name: z.string(), sha256: z.string(), bytes: z.number().int().nonnegative() })),
});

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
