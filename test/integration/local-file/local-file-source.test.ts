import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalFileSource } from '../../../src/adapters/local-file/create-local-file-source.ts';
import { makeMedia, sweepingTone } from '../../support/make-media.ts';
import { testFolder } from '../../support/test-folder.ts';
import { describeVideoSource, mediaTool, never } from '../contract/video-source.suite.ts';

const source = createLocalFileSource({ mediaTool });

describeVideoSource('local file', () =>
  Promise.resolve({ source, locate: (path) => ({ kind: 'file', path }), downloads: false }),
);

describe('the local file source', () => {
  const metadataOf = (path: string) =>
    source.fetchMetadata({ kind: 'file', path }, { workDirectory: testFolder(), signal: never });

  it('leaves addresses to other sources', async () => {
    expect(await source.accepts({ kind: 'url', url: 'https://example.org/a.mp4' }, { signal: never })).toBe(
      false,
    );
  });

  it('reads duration and title, the title from the file name where the file has none', async () => {
    const path = await makeMedia(join(testFolder(), 'board_meeting.wav'), ...sweepingTone(3));
    const metadata = await metadataOf(path);
    expect(metadata.durationSeconds).toBeCloseTo(3, 1);
    expect(metadata).toMatchObject({ title: 'board meeting', url: null });
  });

  it.each<[string, (path: string) => void, string]>([
    ['a missing file', () => undefined, 'FileNotFound'],
    ['a folder', (path) => mkdirSync(path), 'FileNotFound'],
    ['an empty file', (path) => writeFileSync(path, ''), 'EmptyFile'],
    [
      'a web page named like a video',
      (path) => writeFileSync(path, '<!doctype html><p>Sign in'),
      'CorruptMedia',
    ],
  ])('refuses %s', async (_name, make, code) => {
    const path = join(testFolder(), 'talk.mp4');
    make(path);
    await expect(metadataOf(path)).rejects.toMatchObject({ code });
  });
});
