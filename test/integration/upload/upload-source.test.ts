import { createUploadSource } from '../../../src/adapters/direct-link/create-upload-source.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { join } from 'node:path';
import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../src/ports/artifact-store.ts';
import { makeMedia, noisyPicture, sweepingTone, videoAtRate } from '../../support/make-media.ts';
import { testFolder } from '../../support/test-folder.ts';
import { describeVideoSource, hashOfAudio, mediaTool, never } from '../contract/video-source.suite.ts';

const MAX_BYTES = 1_000_000_000;
const key = 'uploads/local/upload_1/media';

describeVideoSource('upload', () => {
  const store = new LocalArtifactStore(testFolder());
  return Promise.resolve({
    source: createUploadSource({ store, mediaTool, maxBytes: MAX_BYTES }),
    locate: async (filePath) => {
      await store.put(key, await readFile(filePath));
      return { kind: 'upload', key, fileName: 'clip.mkv' };
    },
    // Bytes travel, but not from the server that the suite slows down.
    downloads: false,
  });
});

describe('the upload source', () => {
  /** Counts what is read of uploads. */
  class CountingStore extends LocalArtifactStore {
    bytesRead = 0;
    override openVersion(object: StoredObject, range: { start: number; endExclusive: number }) {
      this.bytesRead += range.endExclusive - range.start;
      return super.openVersion(object, range);
    }
  }
  const locator = { kind: 'upload', key, fileName: 'Board_meeting.mp4' } as const;
  const options = () => ({ workDirectory: testFolder(), signal: never, onProgress: () => undefined });

  it('reads little more than the sound of a large video, and its title from the name it was given', async () => {
    const clip = await makeMedia(
      join(testFolder(), 'large.mp4'),
      ...noisyPicture(16),
      ...sweepingTone(16),
      ...[...videoAtRate(12_000_000), '-c:a', 'aac'],
    );
    const store = new CountingStore(testFolder());
    await store.put(key, await readFile(clip));
    const source = createUploadSource({ store, mediaTool, maxBytes: MAX_BYTES });
    expect(await source.fetchMetadata(locator, options())).toMatchObject({
      title: 'Board meeting',
      url: null,
    });
    store.bytesRead = 0;
    const { filePath } = await (await source.openAudio(locator, options())).completed;
    expect(store.bytesRead).toBeLessThan((await stat(clip)).size * 0.7);
    expect(await hashOfAudio(filePath)).toBe(await hashOfAudio(clip));
  });

  it('says that an upload is gone', async () => {
    const source = createUploadSource({
      store: new LocalArtifactStore(testFolder()),
      mediaTool,
      maxBytes: MAX_BYTES,
    });
    await expect(source.fetchMetadata(locator, options())).rejects.toMatchObject({ code: 'ArtifactMissing' });
  });

  it('leaves addresses and files to other sources', async () => {
    const source = createUploadSource({
      store: new LocalArtifactStore(testFolder()),
      mediaTool,
      maxBytes: MAX_BYTES,
    });
    const url = { kind: 'url', url: 'https://example.org/a.mp4' } as const;
    expect(await source.accepts(url, { signal: never })).toBe(false);
  });
});
