import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTemporalBatches } from '../../src/api/batches/temporal-batches.ts';
import { idOfKey } from '../../src/api/jobs/id-of-key.ts';
import { keptAddressKey } from '../../src/domain/kept-address.ts';
import { ClipScribeError } from '../../src/domain/errors.ts';
import { playlistKey } from '../../src/domain/playlist.ts';
import type { PlaylistReader } from '../../src/ports/playlist-reader.ts';
import { BatchHarness } from '../support/batch-harness.ts';
import { textOf } from '../support/text-of.ts';

let batches: BatchHarness;

beforeAll(async () => {
  batches = await BatchHarness.create();
});
afterAll(() => batches.close());
beforeEach(() => batches.clear());

describe('a batch of a playlist', () => {
  test('with a secret in its address is listed by the whole, which no history holds', async () => {
    const read: string[] = [];
    const secret = '5ec2e7';
    const readPlaylist: PlaylistReader['read'] = (url) => {
      read.push(url);
      const entry = { url: `https://example.org/a.mp3?sig=${secret}`, title: null };
      return Promise.resolve({ title: 'Mine alone', entries: [entry] });
    };
    await batches.run({ readPlaylist }, async (_jobs, store) => {
      const playlistUrl = `https://example.org/feed?token=${secret}`;
      const { batchId, handle } = await batches.start(0, { playlistUrl });
      expect(await handle.result()).toMatchObject({ total: 1, completed: 1 });
      expect(read).toEqual([playlistUrl]);
      const history = textOf(await handle.fetchHistory());
      expect(history).not.toContain(secret);
      expect(history).toContain('https://example.org/feed');
      const jobId = idOfKey('job', `${batchId}\n1`);
      const job = await batches.repositories.catalogue.find(jobId);
      expect(JSON.stringify(job)).not.toContain(secret);
      // The batch's own is gone, as nobody lists it again, and so is the list.
      const kept: string[] = [];
      for await (const object of store.list('jobs')) kept.push(object.key);
      expect(kept).toEqual([keptAddressKey('local', jobId)]);
      expect(await store.find(playlistKey(batchId))).toBeUndefined();
    });
  });

  test('lists its videos first, once', async () => {
    let reads = 0;
    const readPlaylist: PlaylistReader['read'] = () => {
      reads += 1;
      if (reads === 1) throw new ClipScribeError('NetworkFailure', 'The connection broke.');
      const entry = (name: string) => ({ url: `https://example.org/list/${name}`, title: `Talk ${name}` });
      return Promise.resolve({ title: 'All talks', entries: [entry('a'), entry('b'), entry('a')] });
    };
    await batches.run({ readPlaylist }, async () => {
      const { batchId, handle } = await batches.start(0, {
        name: null,
        playlistUrl: 'https://example.org/list',
      });
      expect(await handle.result()).toMatchObject({ total: 3, completed: 2, duplicate: 1 });
      expect(await batches.repositories.batches.find(batchId)).toMatchObject({
        name: 'All talks',
        isListed: true,
      });
    });
    expect(reads).toBe(2);
  });

  test('that is none fails, says why, and can be tried again', async () => {
    let isThere = false;
    const readPlaylist: PlaylistReader['read'] = () =>
      isThere
        ? Promise.resolve({ title: null, entries: [{ url: 'https://example.org/list/c', title: null }] })
        : Promise.reject(new ClipScribeError('UnsupportedSite', 'No video was found at this address.'));
    await batches.run({ readPlaylist }, async () => {
      const { batchId, handle } = await batches.start(0, { playlistUrl: 'https://example.org/none' });
      expect(await handle.result()).toMatchObject({ total: 0 });
      expect(await batches.repositories.batches.find(batchId)).toMatchObject({
        ...{ state: 'failed', error: { code: 'UnsupportedSite' } },
      });
      expect((await batches.announcementOf(batchId)).event.data).toMatchObject({
        error: { code: 'UnsupportedSite' },
      });
      isThere = true;
      await batches.repositories.batches.retry(batchId, true);
      const [owed] = await batches.repositories.batches.owedStarts(10);
      if (owed === undefined) throw new Error('No start is owed.');
      await createTemporalBatches(batches.environment.client, () => Promise.resolve()).start(owed);
      await expect.poll(() => batches.stateOf(batchId)).toBe('completed');
    });
  });

  test('is cancelled while that is read, however long it takes', async () => {
    let isRead = false;
    const readPlaylist: PlaylistReader['read'] = (_, { signal }) => {
      isRead = true;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    };
    await batches.run({ readPlaylist }, async () => {
      const { batchId, handle } = await batches.start(0, { playlistUrl: 'https://example.org/endless' });
      await expect.poll(() => isRead).toBe(true);
      await batches.repositories.batches.requestCancel(batchId);
      await batches.wake(batchId);
      expect(await handle.result()).toMatchObject({ total: 0 });
      expect(await batches.stateOf(batchId)).toBe('cancelled');
    });
  });
});
