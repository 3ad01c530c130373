import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Fetchable } from '../../domain/kept-address.ts';
import type { ClipLocator } from '../../domain/reel-clip.ts';
import { cleanTitle, titleFromFileName } from '../../domain/source-title.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { VideoSource } from '../../ports/video-source.ts';

/** Media that already lies on this host. Nothing is copied: the file is read where it is. */
export const createLocalFileSource = (dependencies: { mediaTool: MediaTool }): VideoSource => ({
  name: 'file',

  accepts: (locator) => Promise.resolve(locator.kind === 'file'),

  fetchMetadata: async (locator, { signal }) => {
    const file = await inspect(locator);
    const { path } = file;
    const facts = await dependencies.mediaTool.probe(path, { signal });
    return {
      id: null,
      title: facts.title === null ? titleFromFileName(basename(path)) : cleanTitle(facts.title),
      // A path tells readers of the results nothing but how somebody's disk is laid out.
      url: null,
      channel: null,
      durationSeconds: facts.durationSeconds,
      language: null,
      uploadedAt: null,
      chapters: [],
      thumbnailUrl: null,
      isLive: false,
      fingerprint: fingerprintOf(file),
      ageLimit: null,
      ...(facts.frameRate === undefined ? {} : { frameRate: facts.frameRate }),
    };
  },

  openAudio: async (locator, { signal, onProgress }) => {
    const { path, bytes } = await inspect(locator);
    signal.throwIfAborted();
    onProgress({ receivedBytes: bytes, totalBytes: bytes });
    return {
      kind: 'whole',
      filePath: path,
      completed: Promise.resolve({ filePath: path }),
      availableBytes: () => bytes,
    };
  },
});

export interface LocalFile {
  path: string;
  bytes: number;
  modifiedMs: number;
}

/** Equal while nobody has written to the file. */
export const fingerprintOf = ({ path, bytes, modifiedMs }: LocalFile): string =>
  createHash('sha256')
    .update(JSON.stringify([path, bytes, modifiedMs]))
    .digest('hex');

/** @throws ClipScribeError `FileNotFound`, `EmptyFile` */
export const inspect = async (locator: Fetchable<ClipLocator>): Promise<LocalFile> => {
  if (locator.kind !== 'file') throw new ClipScribeError('InvalidInput', 'This is not a file.');
  const { path } = locator;
  const name = basename(path);
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new ClipScribeError('FileNotFound', `${name} is not a regular file.`);
    await access(path, constants.R_OK);
    if (status.size === 0) throw new ClipScribeError('EmptyFile', `${name} is empty.`);
    return { path, bytes: status.size, modifiedMs: status.mtimeMs };
  } catch (cause) {
    if (ClipScribeError.is(cause)) throw cause;
    const denied = (cause as NodeJS.ErrnoException).code === 'EACCES';
    throw new ClipScribeError(
      'FileNotFound',
      denied ? `${name} may not be read.` : `There is no file ${name}.`,
      {
        cause,
      },
    );
  }
};
