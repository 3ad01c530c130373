import { ClipScribeError } from '../../domain/errors.ts';
import { transcriptSchema, type Transcript } from '../../domain/transcript.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { findResults } from '../jobs/job-results.ts';

/** What a completed job has heard. Both throw ArtifactMissing where it is no longer stored. */
export interface Transcription {
  /** A result file by its name. */
  read: (name: string) => Promise<string>;
  transcript: () => Promise<Transcript>;
}

/** @throws ClipScribeError those of `findResults` */
export async function findTranscription(
  { jobs, store }: Pick<ApiDependencies, 'jobs' | 'store'>,
  { jobId, userId }: { jobId: string; userId: string },
): Promise<Transcription> {
  const results = await findResults({ jobs, store }, userId, jobId);
  const read = async (name: string): Promise<string> => {
    const file = results.find((result) => result.name === name);
    if (file === undefined) throw new ClipScribeError('ArtifactMissing', `The job has no file ${name}.`);
    return new TextDecoder().decode(await store.read(file.reference));
  };
  return { read, transcript: async () => transcriptSchema.parse(JSON.parse(await read('transcript.json'))) };
}
