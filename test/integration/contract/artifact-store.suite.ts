import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { artifactUri } from '../../../src/domain/artifact.ts';
import type { ArtifactStore, StoredObject } from '../../../src/ports/artifact-store.ts';
import { testFolder } from '../../support/test-folder.ts';

const sha256 = (body: Uint8Array | string): string => createHash('sha256').update(body).digest('hex');

const keysOf = async (store: ArtifactStore, prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
};

/**
 * What every artifact store must do, whatever holds the bytes.
 *
 * @param makeStore a store that is empty, called once per test
 */
export const artifactStoreSuite = (name: string, makeStore: () => Promise<ArtifactStore>): void => {
  describe(`${name} as an artifact store`, () => {
    let store: ArtifactStore;
    let folder: string;

    beforeAll(async () => {
      folder = testFolder();
    });
    beforeEach(async () => {
      store = await makeStore();
    });

    test.each<[string, Uint8Array | string]>([
      ['text', 'Grüße, мир'],
      ['bytes', randomBytes(300_000)],
      ['nothing', new Uint8Array()],
    ])('gives back %s as it was stored', async (_kind, body) => {
      const reference = await store.put('jobs/a/object.bin', body);
      const bytes = Buffer.from(body);
      expect(reference).toEqual({
        uri: artifactUri('jobs/a/object.bin'),
        sha256: sha256(bytes),
        bytes: bytes.byteLength,
      });
      expect(await store.find('jobs/a/object.bin')).toEqual(reference);
      expect(bytes.equals(await store.read(reference))).toBe(true);
      expect(bytes.equals(await buffer(await store.openStream(reference)))).toBe(true);
    });

    test('stores a scratch file in place of what was there', async () => {
      const scratchFile = join(folder, 'scratch.bin');
      const body = randomBytes(2_000_000);
      await store.put('work/scratch.bin', 'from before');
      await writeFile(scratchFile, body);
      const reference = await store.put('work/scratch.bin', { scratchFile });
      expect(reference.sha256).toBe(sha256(body));
      expect(await store.find('work/scratch.bin')).toEqual(reference);
      expect(body.equals(await store.read(reference))).toBe(true);
    });

    test('replaces what a key held, and an old reference does not read the new object', async () => {
      const old = await store.put('jobs/a/core.json', 'one');
      const current = await store.put('jobs/a/core.json', 'two');
      expect(await store.find('jobs/a/core.json')).toEqual(current);
      expect(Buffer.from(await store.read(current)).toString()).toBe('two');
      await expect(store.read(old)).rejects.toMatchObject({ code: 'ArtifactMissing' });
      const readAll = async (): Promise<string> => text(await store.openStream(old));
      await expect(readAll()).rejects.toMatchObject({ code: 'ArtifactMissing' });
    });

    test('leaves one whole object when several writers store one key at once', async () => {
      const bodies = Array.from({ length: 8 }, (_, index) => Buffer.alloc(500_000 + index, index));
      await Promise.all(bodies.map((body) => store.put('work/contested', body)));
      const found = await store.find('work/contested');
      expect(bodies.map(sha256)).toContain(found?.sha256);
      const bytes = found && (await store.read(found));
      expect(bytes?.byteLength).toBe(found?.bytes);
    });

    test('streams exactly the range asked for', async () => {
      const body = randomBytes(200_000);
      const reference = await store.put('work/audio.flac', body);
      for (const [start, endExclusive] of [
        [0, 1],
        [0, 200_000],
        [70_000, 140_001],
        [199_999, 200_000],
        [5, 5],
      ] as const) {
        const part = await buffer(await store.openStream(reference, { start, endExclusive }));
        expect(part.equals(body.subarray(start, endExclusive)), `${start}–${endExclusive}`).toBe(true);
      }
    });

    test.each([
      { start: -1, endExclusive: 2 },
      { start: 3, endExclusive: 2 },
      { start: 0, endExclusive: 4 },
    ])('refuses a range outside the object: %o', async (range) => {
      const reference = await store.put('work/three', 'abc');
      await expect(store.openStream(reference, range)).rejects.toMatchObject({ code: 'InternalError' });
    });

    test('says that nothing is stored where nothing is', async () => {
      const reference = { uri: artifactUri('jobs/none'), sha256: sha256(''), bytes: 0 };
      expect(await store.find('jobs/none')).toBeUndefined();
      await expect(store.read(reference)).rejects.toMatchObject({ code: 'ArtifactMissing' });
      await expect(store.openStream(reference)).rejects.toMatchObject({ code: 'ArtifactMissing' });
      expect(await keysOf(store, 'jobs')).toEqual([]);
    });

    test('does not take a folder of keys for an object', async () => {
      await store.put('jobs/a/core.json', '{}');
      expect(await store.find('jobs/a')).toBeUndefined();
    });

    test('lists the keys below a prefix in the order of the whole keys', async () => {
      const keys = [
        'jobs/a/c/1',
        'jobs/a-b',
        'jobs/a.b',
        'jobs/a/b',
        'jobs/a/C',
        'jobs/a0',
        'jobs/a/c.json',
        'job',
      ];
      for (const key of keys) await store.put(key, key);
      expect(await keysOf(store, 'jobs')).toEqual(keys.filter((key) => key !== 'job').sort());
      expect(await keysOf(store, 'jobs/a')).toEqual(['jobs/a/C', 'jobs/a/b', 'jobs/a/c.json', 'jobs/a/c/1']);
    });

    test('removes an object and what lies below a prefix, and nothing else', async () => {
      for (const key of ['jobs/a/1', 'jobs/a/x/2', 'jobs/ab/1', 'jobs/b']) await store.put(key, key);
      await store.removeAll('jobs/a');
      await store.removeAll('jobs/b');
      await store.removeAll('jobs/never-there');
      expect(await keysOf(store, 'jobs')).toEqual(['jobs/ab/1']);
      expect(await store.find('jobs/a/1')).toBeUndefined();
      expect(await store.find('jobs/b')).toBeUndefined();
    });

    test('lists sizes and times, and goes on behind a key', async () => {
      const before = Date.now() - 5_000;
      const keys = ['jobs/a/1', 'jobs/a/x/2', 'jobs/a/x/3', 'jobs/b'];
      for (const key of keys) await store.put(key, key);
      const all: StoredObject[] = [];
      for await (const object of store.list('jobs')) all.push(object);
      expect(all.map(({ bytes }) => bytes)).toEqual(keys.map((key) => key.length));
      for (const { storedAt } of all) {
        expect(storedAt.getTime()).toBeGreaterThan(before);
        expect(storedAt.getTime()).toBeLessThan(Date.now() + 5_000);
      }
      for (const [index, after] of keys.entries()) {
        const rest: string[] = [];
        for await (const { key } of store.list('jobs', { after })) rest.push(key);
        expect(rest, after).toEqual(keys.slice(index + 1));
      }
    });

    test('reads a range of the very version that it inspected, and no other', async () => {
      await store.put('uploads/a/media', 'the first bytes');
      const object = await store.inspect('uploads/a/media');
      if (object === undefined) throw new Error('The object is not there.');
      expect(object).toMatchObject({ key: 'uploads/a/media', bytes: 15 });
      expect(await text(await store.openVersion(object, { start: 4, endExclusive: 9 }))).toBe('first');
      await store.put('uploads/a/media', 'the other bytes');
      const readAgain = async (): Promise<string> =>
        text(await store.openVersion(object, { start: 4, endExclusive: 9 }));
      await expect(readAgain()).rejects.toMatchObject({ code: 'ArtifactMissing' });
      expect(await store.inspect('uploads/a')).toBeUndefined();
    });

    test('changes a document only for those who know what it holds', async () => {
      const key = 'corrections/a/b/document.json';
      expect(await store.readCurrent(key)).toBeUndefined();
      expect(await store.putUnchanged(key, 'first', null)).toBe(true);
      expect(await store.putUnchanged(key, 'other first', null)).toBe(false);
      const first = await store.readCurrent(key);
      expect(Buffer.from(first?.content ?? []).toString()).toBe('first');
      expect(await store.putUnchanged(key, 'second', first?.version ?? null)).toBe(true);
      expect(await store.putUnchanged(key, 'late', first?.version ?? null)).toBe(false);
      // A repetition whose first answer was lost.
      expect(await store.putUnchanged(key, 'second', first?.version ?? null)).toBe(true);
      const reference = await store.find(key);
      expect(reference && Buffer.from(await store.read(reference)).toString()).toBe('second');
    });

    test('loses no change when several writers change one document at once', async () => {
      const key = 'corrections/a/b/list.json';
      const append = async (item: number): Promise<void> => {
        for (;;) {
          const current = await store.readCurrent(key);
          const items =
            current === undefined ? [] : (JSON.parse(Buffer.from(current.content).toString()) as number[]);
          if (await store.putUnchanged(key, JSON.stringify([...items, item]), current?.version ?? null))
            return;
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, item) => append(item)));
      const current = await store.readCurrent(key);
      const items = JSON.parse(Buffer.from(current?.content ?? []).toString()) as number[];
      expect(items.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    test('removes single objects, and nothing below them', async () => {
      for (const key of ['jobs/a/1', 'jobs/a/2', 'jobs/b']) await store.put(key, key);
      await store.remove(['jobs/a/1', 'jobs/a', 'jobs/never-there']);
      await store.remove([]);
      expect(await keysOf(store, 'jobs')).toEqual(['jobs/a/2', 'jobs/b']);
    });

    test('stores a key again after it was removed', async () => {
      await store.put('jobs/a/1', 'one');
      await store.removeAll('jobs/a');
      const reference = await store.put('jobs/a/1', 'two');
      expect(await store.find('jobs/a/1')).toEqual(reference);
    });

    test.each([
      '',
      '/',
      '../x',
      'a/../b',
      'a//b',
      '/etc/passwd',
      'a/',
      '.hidden',
      'a/.b',
      'a\\b',
      'a\0b',
      'ü',
      'a b',
    ])('refuses the key %j in every call', async (key) => {
      const reference = { uri: artifactUri(key), sha256: sha256(''), bytes: 0 };
      const calls = [
        () => store.put(key, 'x'),
        () => store.putUnchanged(key, 'x', null),
        () => store.readCurrent(key),
        () => store.find(key),
        () => store.read(reference),
        () => store.openStream(reference),
        () => keysOf(store, key),
        () => store.inspect(key),
        async () =>
          store.openVersion(
            { key, bytes: 0, version: '', storedAt: new Date(0) },
            { start: 0, endExclusive: 0 },
          ),
        () => store.remove([key]),
        () => store.removeAll(key),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'InternalError' });
    });
  });
};
