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
