import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchView } from '../../api/batches/batch-view.ts';
import { ApiUnreachable, type Api } from '../api/api-client.ts';
import { downloadResults } from '../api/download-results.ts';
import { CliError } from '../cli-error.ts';
import { plain } from '../terminal/draw.ts';
import { readItems, type ItemView } from './read-items.ts';

export interface FetchedBatch {
  /** Videos whose results are in the folder. */
  videos: number;
  /** Videos whose results could not be fetched. */
  failures: number;
  /** batch.json, which tells of each video in which folder its results are. */
  index: string;
}

/**
 * Brings the results of all completed videos, each into a folder named by its job. Files that are there with the
 * right content are not fetched again, so that it can be repeated while the batch goes on, or after it broke.
 *
 * @param tell told of each video
 */
export async function fetchBatch(
  api: Api,
  batch: BatchView,
  folder: string,
  tell: (text: string) => void,
): Promise<FetchedBatch> {
  const items = await readItems(api, batch.id);
  await mkdir(folder, { recursive: true });
  const completed = items.filter(({ status, jobId }) => status === 'completed' && jobId !== null);
  const fetched = new Set<string>();
  let failures = 0;
  for (const [index, { jobId, title, source }] of completed.entries()) {
    if (jobId === null) continue;
    tell(`${index + 1}/${completed.length}  ${plain(title ?? source)}`);
    try {
      await downloadResults(api, jobId, join(folder, jobId));
      fetched.add(jobId);
    } catch (error) {
      // One video whose results are gone must not keep the others away.
      if (!(error instanceof CliError) || error instanceof ApiUnreachable) throw error;
      failures += 1;
      tell(`  ${error.message}`);
    }
  }
  const index = join(folder, 'batch.json');
  await writeIndex(index, batch, items, fetched);
  return { videos: completed.length - failures, failures, index };
}

async function writeIndex(
  path: string,
  batch: BatchView,
  items: readonly ItemView[],
  fetched: ReadonlySet<string>,
): Promise<void> {
  const told = items.map((item) => ({
    ...item,
    folder: item.jobId !== null && fetched.has(item.jobId) ? item.jobId : null,
  }));
  const temporary = `${path}.${randomUUID()}.part`;
  await writeFile(temporary, `${JSON.stringify({ ...batch, items: told }, null, 2)}\n`);
  await rename(temporary, path);
}
