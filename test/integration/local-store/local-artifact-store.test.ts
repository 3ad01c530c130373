import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { appendFile, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { testFolder } from '../../support/test-folder.ts';
import { artifactStoreSuite } from '../contract/artifact-store.suite.ts';

let folder: string;
let root: string;

beforeEach(async () => {
  folder = testFolder();
  root = join(folder, 'artifacts');
});

artifactStoreSuite('A local folder', async () => new LocalArtifactStore(root));

describe('A local folder', () => {
  const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');

  test('keeps each object as a plain file of its name', async () => {
    await new LocalArtifactStore(root).put('jobs/a/report.md', '# Report');
    expect((await readdir(root)).sort()).toEqual(['.hashes', '.temporary', 'jobs']);
    expect(await readdir(join(root, 'jobs/a'))).toEqual(['report.md']);
    expect(existsSync(join(root, 'work'))).toBe(false);
  });

  test('notices a flipped byte, in a read and at the end of a stream', async () => {
    const store = new LocalArtifactStore(root);
    const reference = await store.put('work/chunk.flac', 'abcdef');
    await writeFile(join(root, 'work/chunk.flac'), 'abcdeF');
    await expect(store.read(reference)).rejects.toMatchObject({ code: 'ArtifactMissing' });
    const stream = await store.openStream(reference);
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'ArtifactMissing' });
  });

  test('notices a file that was cut before it streams a range of it', async () => {
    const store = new LocalArtifactStore(root);
    const reference = await store.put('work/chunk.flac', 'abcdef');
    await writeFile(join(root, 'work/chunk.flac'), 'abc');
    await expect(store.openStream(reference, { start: 0, endExclusive: 2 })).rejects.toMatchObject({
      code: 'ArtifactMissing',
    });
  });

  test('hashes a file anew when it was replaced, appended to, or its note is lost or unreadable', async () => {
    const store = new LocalArtifactStore(root);
    const path = join(root, 'jobs/a/core.json');
    const note = join(root, '.hashes/jobs/a/core.json');
    await store.put('jobs/a/core.json', 'one');
    // As after a crash between the file and its note.
    await writeFile(path, 'two');
    expect(await store.find('jobs/a/core.json')).toMatchObject({ sha256: sha256('two'), bytes: 3 });
    await appendFile(path, '!');
    expect(await store.find('jobs/a/core.json')).toMatchObject({ sha256: sha256('two!'), bytes: 4 });
    await rm(note);
    expect(await store.find('jobs/a/core.json')).toMatchObject({ sha256: sha256('two!') });
    await writeFile(note, '{"sha256":');
    expect(await store.find('jobs/a/core.json')).toMatchObject({ sha256: sha256('two!') });
  });

  test('sweeps what dead writers left and spares what may still be written', async () => {
    const temporary = join(root, '.temporary');
    await mkdir(temporary, { recursive: true });
    await writeFile(join(temporary, 'dead'), 'x');
    await utimes(join(temporary, 'dead'), new Date(0), new Date(0));
    await writeFile(join(temporary, 'alive'), 'x');
    await new LocalArtifactStore(root).put('jobs/a', 'x');
    expect(await readdir(temporary)).toEqual(['alive']);
  });

  test.runIf(existsSync('/dev/shm'))('takes a scratch file from another file system, too', async () => {
    const elsewhere = mkdtempSync('/dev/shm/clipscribe-');
    try {
      const scratchFile = join(elsewhere, 'scratch');
      await writeFile(scratchFile, 'from elsewhere');
      const store = new LocalArtifactStore(root);
      const reference = await store.put('work/a', { scratchFile });
      expect(Buffer.from(await store.read(reference)).toString()).toBe('from elsewhere');
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('leaves nothing behind when the file to store is not there', async () => {
    const store = new LocalArtifactStore(root);
    const put = store.put('work/a', { scratchFile: join(folder, 'absent') });
    await expect(put).rejects.toMatchObject({ code: 'StorageUnavailable' });
    expect(await store.find('work/a')).toBeUndefined();
    expect(existsSync(join(root, 'work'))).toBe(false);
  });
});
