import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import canonicalize from 'canonicalize';
import { TypeID, typeid } from 'typeid-js';
import type { JobPolicy } from '../../contracts/video-intelligence.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { JobSettings } from '../../domain/job.ts';
import type { SourceLocator } from '../../domain/media.ts';
import { publicUrl } from '../../domain/public-url.ts';
import type { Submission } from './job-schemas.ts';
import type { JobRecord, JobsClient } from './jobs-client.ts';

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
 *   ServiceUnavailable
 */
export async function submitJob(
  jobs: JobsClient,
  { submission, userId, idempotencyKey, policy, allowLocalFiles }: SubmitJob,
): Promise<{ job: JobRecord; attached: boolean }> {
  const { source, version } = await locateSource(submission.url, allowLocalFiles);
  const settings = settingsOf(submission);
  const sourceHash = hashOf({ source, version, settings });
  if (submission.attach) {
    const { jobs: open } = await jobs.list(
      { userId, sourceHash, open: true },
      { limit: 1, cursor: undefined },
    );
    if (open[0] !== undefined) return { job: open[0], attached: true };
  }
  const jobId =
    idempotencyKey === undefined ? typeid('job').toString() : jobIdOfKey(`${userId}\n${idempotencyKey}`);
  const fingerprint = idempotencyKey === undefined ? null : hashOf(submission);
  const started = await jobs.start({
    input: { jobId, userId, source, settings, priority: submission.priority, policy, redo: null },
    memo: { source: publicSource(source), settings, fingerprint, redoKey: null },
    sourceHash,
    reuseId: 'never',
  });
  const job = await jobs.describe(jobId);
  if (!started && job.memo.fingerprint !== fingerprint) {
    throw new ClipScribeError('InvalidInput', 'This Idempotency-Key was used before with another request.');
  }
  return { job, attached: false };
}

/** A job id made of a key: whoever comes again with the key comes to the same job. */
function jobIdOfKey(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16);
  // A UUID of version 8, which is for values of one's own making (RFC 9562).
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return TypeID.fromUUIDBytes('job', bytes).toString();
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

/** The source as users and the Temporal UI may see it. */
const publicSource = (source: SourceLocator): string =>
  source.kind === 'file' ? source.path : (publicUrl(source.url) ?? '');

/** Where the media is, and for a file which version of it: a changed file is another source. */
async function locateSource(
  address: string,
  allowLocalFiles: boolean,
): Promise<{ source: SourceLocator; version: string | null }> {
  if (!URL.canParse(address)) throw new ClipScribeError('InvalidUrl', 'This is not a full address.');
  const url = new URL(address);
  if (url.protocol === 'file:' && allowLocalFiles) return locateFile(url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ClipScribeError('InvalidUrl', `Addresses that begin with ${url.protocol} are not taken here.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ClipScribeError('InvalidUrl', 'The address carries a user name or password.');
  }
  url.hash = '';
  return { source: { kind: 'url', url: url.href }, version: null };
}

async function locateFile(url: URL): Promise<{ source: SourceLocator; version: string }> {
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch (cause) {
    throw new ClipScribeError('InvalidUrl', 'This file address does not name a file of this machine.', {
      cause,
    });
  }
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) throw new ClipScribeError('FileNotFound', `There is no file ${path}.`);
  if (!facts.isFile()) throw new ClipScribeError('FileNotFound', `${path} is not a file.`);
  return { source: { kind: 'file', path }, version: `${facts.size}-${facts.mtimeMs}` };
}
