import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { typeid } from 'typeid-js';
import type { JobPolicy } from '../../contracts/video-intelligence.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { JobSettings } from '../../domain/job.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import { idOfKey } from './id-of-key.ts';
import type { Submission } from './job-schemas.ts';
import type { JobRecord, JobsClient } from './jobs-client.ts';
import { locateSource, publicSource } from './locate-source.ts';

export interface SubmitJob {
  submission: Submission;
  userId: string;
  idempotencyKey: string | undefined;
  policy: JobPolicy;
  allowLocalFiles: boolean;
}

/**
 * Starts a job, or finds the one that was asked for before: by idempotency key, or by `attach` the open job of
 * the same source and settings. Idempotent with a key, also for requests that arrive at the same time.
 *
 * @throws ClipScribeError InvalidUrl, FileNotFound, InvalidInput (a key that came with another body before),
 *   UploadNotFound, UploadIncomplete, ServiceUnavailable
 */
export async function submitJob(
  { jobs, store }: { jobs: JobsClient; store: ArtifactStore },
  { submission, userId, idempotencyKey: givenKey, policy, allowLocalFiles }: SubmitJob,
): Promise<{ job: JobRecord; attached: boolean }> {
  const { source, version } = await locateSource(submission, { userId, allowLocalFiles, store });
  const settings = settingsOf(submission);
  const sourceHash = hashOf({ source, version, settings });
  if (submission.attach) {
    const { jobs: open } = await jobs.list(
      { userId, sourceHash, open: true },
      { limit: 1, cursor: undefined },
    );
    if (open[0] !== undefined) return { job: open[0], attached: true };
  }
  // An upload is for one job, which removes it: submitted again, it is the same job.
  const { uploadId } = submission;
  const idempotencyKey = uploadId === undefined ? givenKey : `upload ${uploadId}`;
  const jobId =
    idempotencyKey === undefined ? typeid('job').toString() : idOfKey('job', `${userId}\n${idempotencyKey}`);
  const fingerprint = idempotencyKey === undefined ? null : hashOf(submission);
  const started = await jobs.start({
    input: { jobId, userId, source, settings, priority: submission.priority, policy, redo: null },
    memo: { source: publicSource(source), settings, fingerprint, redoKey: null },
    sourceHash,
    reuseId: 'never',
  });
  const job = await jobs.describe(jobId);
  if (!started && job.memo.fingerprint !== fingerprint) {
    throw new ClipScribeError(
      'InvalidInput',
      uploadId === undefined
        ? 'This Idempotency-Key was used before with another request.'
        : 'This upload was submitted before with other settings.',
    );
  }
  return { job, attached: false };
}

const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');

const settingsOf = ({ language, options }: Submission): JobSettings => ({
  ...(language === undefined ? {} : { language }),
  ...(options?.model === undefined ? {} : { model: options.model }),
  ...(options?.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  ...(options?.subtitles === undefined ? {} : { subtitles: options.subtitles }),
});
