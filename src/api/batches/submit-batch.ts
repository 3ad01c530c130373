import { TypeID } from 'typeid-js';
import { linesWithAddresses, numberEntries, type BatchEntry } from '../../domain/batch.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { LOCAL_USER_ID, type Caller } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requestedReceivers } from '../notifications/notify-requests.ts';
import { checkTranslation } from '../jobs/check-translation.ts';
import { addressOf, locateSource } from '../jobs/locate-source.ts';
import { settingsOf } from '../jobs/submit-job.ts';
import type { BatchSubmission } from './batch-schemas.ts';

/** Faults that are told at once; more of them help nobody. */
const FAULTS_TOLD = 20;

export interface SubmitBatch {
  submission: BatchSubmission;
  caller: Caller;
  operationId: string;
}

type SubmitDependencies = Pick<
  ApiDependencies,
  'batches' | 'batchStarter' | 'store' | 'allowLocalFiles' | 'checkWebhookUrl' | 'hasTranslator' | 'sendsMail'
>;

/**
 * Accepts a batch once every line of its list is an address. Idempotent by operation.
 *
 * @returns the batch's id
 * @throws ClipScribeError InvalidInput, which names the bad lines, or that there is no address; TranslationUnavailable,
 *   EmergencyStop, DatabaseUnavailable
 */
export async function submitBatch(
  dependencies: SubmitDependencies,
  { submission, caller, operationId }: SubmitBatch,
): Promise<string> {
  const { userId, accountId, tier } = caller;
  const { urls, playlistUrl } = submission;
  const { store } = dependencies;
  const allowLocalFiles = dependencies.allowLocalFiles && userId === LOCAL_USER_ID;
  const entries = urls === undefined ? [] : await readEntries(urls, { userId, allowLocalFiles, store });
  const playlist =
    playlistUrl === undefined
      ? null
      : await locateSource({ url: playlistUrl }, { userId, allowLocalFiles: false, store });
  const settings = settingsOf(submission);
  checkTranslation(dependencies, settings);
  const receivers = await requestedReceivers(dependencies, submission);
  const { name, priority } = submission;
  const batchId = TypeID.fromUUID('batch', operationId).toString();
  await dependencies.batches.accept(
    {
      ...{ id: batchId, userId, accountId, tier, priority, settings },
      name: name ?? null,
      playlistUrl: playlist?.source.kind === 'url' ? playlist.source.url : null,
    },
    numberEntries(entries),
    receivers,
  );
  // What is accepted is started: a start that fails now is made up for later.
  await dependencies.batchStarter.startOwed().catch(() => undefined);
  return batchId;
}

async function readEntries(
  lines: readonly string[],
  place: Parameters<typeof locateSource>[1],
): Promise<BatchEntry[]> {
  const named = linesWithAddresses(lines);
  if (named.length === 0) throw new ClipScribeError('InvalidInput', 'The list holds no address.');
  const faults: string[] = [];
  const entries: BatchEntry[] = [];
  for (const { line, text } of named) {
    try {
      const { source } = await locateSource({ url: text }, place);
      if (source.kind !== 'upload') entries.push({ line, url: addressOf(source), title: null });
    } catch (error) {
      if (!ClipScribeError.is(error)) throw error;
      faults.push(`line ${line}: ${error.message}`);
    }
  }
  if (faults.length > 0) throw new ClipScribeError('InvalidInput', faultText(faults, named.length));
  return entries;
}

function faultText(faults: readonly string[], lines: number): string {
  const told = faults.slice(0, FAULTS_TOLD);
  const more = faults.length - told.length;
  return [
    `${faults.length} of ${lines} lines cannot be used, so nothing was submitted.`,
    ...told,
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}
