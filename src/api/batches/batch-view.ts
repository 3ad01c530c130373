import { fileURLToPath } from 'node:url';
import type { z } from '@hono/zod-openapi';
import { batchProgress, batchSummary, type BatchCounts } from '../../domain/batch.ts';
import { START_DOWNLOAD_WORKER } from '../../domain/download-state.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { publicUrl } from '../../domain/public-url.ts';
import type { Batch, BatchCatalogue, BatchItem } from '../../ports/batch-catalogue.ts';
import type { batchItemSchema, batchSchema } from './batch-schemas.ts';

export type BatchView = z.infer<typeof batchSchema>;

/** Batches as the API shows them. */
export async function viewBatches(
  catalogue: BatchCatalogue,
  batches: readonly Batch[],
): Promise<BatchView[]> {
  const counts = await catalogue.counts(batches.map(({ id }) => id));
  return batches.flatMap((batch, index) => {
    const mine = counts[index];
    return mine === undefined ? [] : [viewBatch(batch, mine)];
  });
}

/**
 * One batch as the API shows it, whoever's it is.
 *
 * @throws ClipScribeError BatchNotFound
 */
export async function readBatchView(catalogue: BatchCatalogue, batchId: string): Promise<BatchView> {
  const batch = await catalogue.find(batchId);
  const [view] = batch === undefined ? [] : await viewBatches(catalogue, [batch]);
  if (view === undefined) throw new ClipScribeError('BatchNotFound', 'There is no batch with this id.');
  return view;
}

/** A batch in which nothing more happens, unless somebody has it retried. */
export const hasBatchEnded = ({ completedAt }: BatchView): boolean => completedAt !== null;

const viewBatch = (batch: Batch, counts: BatchCounts): BatchView => ({
  ...{ id: batch.id, name: batch.name, status: batch.state, counts },
  // Of a list that is not there yet nothing is done.
  progress: batch.isListed ? batchProgress(counts) : 0,
  summary: batch.isListed ? batchSummary(counts) : unlistedText(batch),
  playlist: batch.playlistUrl === null ? null : publicUrl(batch.playlistUrl),
  ...{ priority: batch.priority, settings: batch.settings, error: batch.error },
  createdAt: batch.createdAt.toISOString(),
  completedAt: batch.endedAt?.toISOString() ?? null,
});

/** A video of a batch as the API shows it. */
export const viewItem = ({
  url,
  state,
  attempt: _,
  ...item
}: BatchItem): z.infer<typeof batchItemSchema> => ({
  ...item,
  source: publicUrl(url) ?? fileURLToPath(url),
  status: state,
});

const unlistedText = ({ settings }: Batch): string =>
  settings.download === 'worker'
    ? `The playlist waits for your download worker. ${START_DOWNLOAD_WORKER}`
    : 'The playlist is not listed yet';
