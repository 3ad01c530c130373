import { ClipScribeError } from '../../domain/errors.ts';
import type { Batch, BatchCatalogue } from '../../ports/batch-catalogue.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ActionAnswer } from '../jobs/job-actions.ts';

/**
 * A batch of the user. Of another user's batch nobody learns that it exists.
 *
 * @throws ClipScribeError BatchNotFound
 */
export async function findOwnBatch(batches: BatchCatalogue, userId: string, batchId: string): Promise<Batch> {
  const batch = await batches.find(batchId);
  if (batch?.userId !== userId) throw new ClipScribeError('BatchNotFound', 'There is no batch with this id.');
  return batch;
}

/** Accepts no more videos, and cancels those under way. Repeating it changes nothing. */
export async function cancelBatch(
  { batches, batchStarter }: Pick<ApiDependencies, 'batches' | 'batchStarter'>,
  { id, state }: Batch,
): Promise<ActionAnswer> {
  if (state === 'cancelled') return { success: true, message: 'The batch is cancelled already.' };
  if (state === 'completed' || state === 'failed')
    throw new ClipScribeError('ActionNotPossible', `The batch has already ended (${state}).`);
  await batches.requestCancel(id);
  await batchStarter.wake(id);
  return { success: true, message: 'The batch is being cancelled; what is completed stays.' };
}

/** One that was ended from outside meanwhile must not keep the others from going on. */
function unlessGone(error: unknown): void {
  const isGone =
    ClipScribeError.is(error) && (error.code === 'JobNotFound' || error.code === 'ActionNotPossible');
  if (!isGone) throw error;
}

/** Videos of one page while those are looked for that wait for a person. */
const PAGE = 500;

/**
 * Does the videos again that failed or were cancelled, each from where it got to, and tries the steps again that wait
 * for a person. Repeating it does nothing more.
 *
 * @throws ClipScribeError ActionNotPossible where nothing is to be done again; EmergencyStop
 */
export async function retryBatch(
  {
    batches,
    batchStarter,
    catalogue,
    jobs,
  }: Pick<ApiDependencies, 'batches' | 'batchStarter' | 'catalogue' | 'jobs'>,
  { id, state }: Batch,
): Promise<ActionAnswer> {
  if (state === 'cancelling')
    throw new ClipScribeError(
      'ActionNotPossible',
      'The batch is still being cancelled; wait until it has ended.',
    );
  const waiting: string[] = [];
  for (let after = 0; ;) {
    const page = await batches.items(id, { states: ['needs_attention'], after, limit: PAGE });
    waiting.push(...page.flatMap(({ jobId }) => (jobId === null ? [] : [jobId])));
    if (page.length < PAGE) break;
    after = page.at(-1)?.number ?? after;
  }
  for (const jobId of waiting) await jobs.signal(jobId, { name: 'retry', settings: {} }).catch(unlessGone);
  await catalogue.noteAttention(waiting, []);
  const again = await batches.retry(id, waiting.length > 0 || state === 'failed');
  if (again + waiting.length === 0 && state !== 'failed')
    throw new ClipScribeError('ActionNotPossible', 'No video of the batch failed, was cancelled or waits.');
  await batchStarter.startOwed().catch(() => undefined);
  const videos = again + waiting.length;
  if (state === 'failed') return { success: true, message: 'The playlist is listed again.' };
  return { success: true, message: `${videos} ${videos === 1 ? 'video is' : 'videos are'} tried again.` };
}
