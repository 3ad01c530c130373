import { TypeID } from 'typeid-js';
import type { JobPolicy } from '../../contracts/video-intelligence.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { isTerminal, type JobSettings } from '../../domain/job.ts';
import { keptAddressKey, withKeptAddress } from '../../domain/kept-address.ts';
import { LOCAL_USER_ID, type Caller } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requestedReceivers } from '../notifications/notify-requests.ts';
import { acceptWithAddresses } from './keep-addresses.ts';
import { checkTranslation } from './check-translation.ts';
import { idOfKey } from './id-of-key.ts';
import type { Submission } from './job-schemas.ts';
import type { JobDispatcher } from './job-dispatcher.ts';
import type { JobRecord } from './jobs-client.ts';
import { locateSource } from './locate-source.ts';
import { newJob, sourceHashOf } from './new-job.ts';

export interface SubmitJob {
  submission: Submission;
  caller: Caller;
  operationId: string;
  policy: JobPolicy;
  allowLocalFiles: boolean;
  /** Where the job's id means more than the operation or the upload. */
  jobId?: string;
}

type SubmitDependencies = Pick<
  ApiDependencies,
  'jobs' | 'store' | 'catalogue' | 'dispatcher' | 'checkWebhookUrl' | 'hasTranslator' | 'sendsMail'
>;

/**
 * Accepts a job, or with `attach` finds the open job of the same source and settings. What is accepted is started: now,
 * or as soon as Temporal answers and its account's turn has come. Idempotent by operation.
 *
 * @throws ClipScribeError InvalidUrl, AddressBlocked, FileNotFound, UploadNotFound, UploadIncomplete, InvalidInput (an
 *   upload that was submitted before with other settings), TranslationUnavailable, QuotaExceeded, EmergencyStop,
 *   DatabaseUnavailable
 */
export async function submitJob(
  dependencies: SubmitDependencies,
  { submission, caller, operationId, policy, allowLocalFiles, jobId: givenId }: SubmitJob,
): Promise<{ job: JobRecord; attached: boolean }> {
  const { jobs, store, catalogue, dispatcher } = dependencies;
  const { userId } = caller;
  const { source, version } = await locateSource(submission, {
    userId,
    // Other users of this API may be other people than the owner of the files.
    allowLocalFiles: allowLocalFiles && userId === LOCAL_USER_ID,
    store,
  });
  const receivers = await requestedReceivers(dependencies, submission);
  const settings = settingsOf(submission);
  checkTranslation(dependencies, settings);
  const { priority, projectId } = submission;
  const sourceHash = sourceHashOf({ source, version }, settings);
  const { uploadId } = submission;
  const jobId =
    givenId ??
    (uploadId === undefined ? jobIdOf(operationId) : idOfKey('job', `${userId}\nupload ${uploadId}`));
  const { locator, kept } = withKeptAddress(source, keptAddressKey(userId, jobId));
  const job = newJob({
    ...{ jobId, caller, operationId, policy, source: locator, settings },
    ...{ priority, sourceHash, projectId, receivers },
  });
  const { attach } = submission;
  const doneById = await acceptWithAddresses(dependencies, job, kept, { attach });
  if (doneById !== jobId) {
    const open = await jobs.describe(doneById);
    if (!isTerminal(open.status)) return { job: open, attached: true };
    // It ends just now, and may have told so before it knew of these receivers.
    await acceptWithAddresses(dependencies, job, kept);
  }
  // An upload is for one job, which removes it: submitted again, it is the same job.
  if (
    givenId === undefined &&
    uploadId !== undefined &&
    (await catalogue.find(jobId))?.sourceHash !== sourceHash
  )
    throw new ClipScribeError('InvalidInput', 'This upload was submitted before with other settings.');
  await startSoon(dispatcher);
  return { job: await jobs.describe(jobId), attached: false };
}

/** The job is safe: a start that fails now is made up for later. */
export const startSoon = (dispatcher: JobDispatcher): Promise<void> =>
  dispatcher.dispatch().catch(() => undefined);

/** The id of what an operation makes: whoever comes again with its key comes to the same job. */
const jobIdOf = (operationId: string): string => TypeID.fromUUID('job', operationId).toString();

/** The settings that a submission asks for. */
export const settingsOf = ({
  language,
  translateTo,
  options,
}: Pick<Submission, 'language' | 'translateTo' | 'options'>): JobSettings => ({
  ...(language === undefined ? {} : { language }),
  ...(translateTo === undefined ? {} : { translateTo: [translateTo].flat() }),
  ...(options?.model === undefined ? {} : { model: options.model }),
  ...(options?.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  ...(options?.speakers === undefined ? {} : { speakers: options.speakers }),
  ...(options?.subtitles === undefined ? {} : { subtitles: options.subtitles }),
  ...(options?.download === undefined ? {} : { download: options.download }),
});
