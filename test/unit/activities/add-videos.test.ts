import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBatchActivities } from '../../../src/activities/batch-activities.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { createRepositories } from '../../../src/adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../../../src/adapters/postgres/open-database.ts';
import { playlistKey } from '../../../src/domain/playlist.ts';
import type { BatchJobs } from '../../../src/ports/batch-jobs.ts';
import { runActivity } from '../../support/run-activity.ts';
import { testFolder } from '../../support/test-folder.ts';

let database: OpenDatabase;
beforeAll(async () => {
  database = await openDatabase({ folder: null });
});
afterAll(() => database.close());

/** A batch whose playlist, with a signed link, has just been listed. */
async function listedBatch(id: string) {
  const { batches } = createRepositories(database.db);
  const store = new LocalArtifactStore(testFolder());
  const playlistUrl = 'https://example.org/feed';
  await batches.accept(
    {
      ...{ id, userId: 'ada', accountId: 'token_a', tier: null, name: null, playlistUrl },
      ...{ settings: {}, priority: 5 },
    },
    [],
  );
  const url = 'https://example.org/a.mp3?token=5ec2e7';
  const playlist = await store.put(
    playlistKey(id),
    JSON.stringify({ title: null, entries: [{ url, title: null }] }),
  );
  const jobs: BatchJobs = {
    acceptItem: () => Promise.reject(new Error('No video is started here.')),
    cancel: () => Promise.reject(new Error('No video is cancelled here.')),
    startSoon: () => undefined,
  };
  const { addVideos } = createBatchActivities({ batches, jobs, store });
  return {
    batches,
    add: () => runActivity(() => addVideos({ batchId: id, playlist })),
    urls: async () =>
      (await batches.items(id, { states: undefined, after: 0, limit: 10 })).map((item) => item.url),
    isKept: async () => (await store.inspect(playlistKey(id))) !== undefined,
    url,
  };
}

test('the videos of a playlist are in the batch once, however often they are added, and no longer in the store', async () => {
  const { add, urls, isKept, url } = await listedBatch('batch_1');
  await add();
  expect(await isKept()).toBe(false);
  // An attempt whose answer was lost.
  await add();
  expect(await urls()).toEqual([url]);
});

test('a playlist that was listed for a batch that is cancelled by now is forgotten', async () => {
  const { batches, add, urls, isKept } = await listedBatch('batch_2');
  await batches.requestCancel('batch_2');
  await add();
  expect(await isKept()).toBe(false);
  expect(await urls()).toEqual([]);
});
