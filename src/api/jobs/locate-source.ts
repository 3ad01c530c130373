import { stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Fetchable } from '../../domain/kept-address.ts';
import type { SourceLocator } from '../../domain/media.ts';
import { publicUrl } from '../../domain/public-url.ts';
import { uploadKeys } from '../../domain/upload.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import { findNote } from '../uploads/create-upload.ts';
import type { Submission } from './job-schemas.ts';

/** Where the media is, and for a file which version of it: a changed file is another source. */
export interface LocatedSource {
  source: Fetchable<SourceLocator>;
  version: string | null;
}

/**
 * The source that a submission means.
 *
 * @throws ClipScribeError InvalidUrl, FileNotFound, UploadNotFound, UploadIncomplete, and those of the store
 */
export function locateSource(
  { url, uploadId }: Pick<Submission, 'url' | 'uploadId'>,
  { userId, allowLocalFiles, store }: { userId: string; allowLocalFiles: boolean; store: ArtifactStore },
): Promise<LocatedSource> {
  if (uploadId !== undefined) return locateUpload(store, userId, uploadId);
  return locateAddress(url ?? '', allowLocalFiles);
}

/** The source as users and the Temporal UI may see it. */
export const publicSource = (source: SourceLocator): string => {
  if (source.kind === 'url') return publicUrl(source.url) ?? '';
  return source.kind === 'file' ? source.path : source.fileName;
};

/** The address of a source that came by address: {@link locateSource} finds it again by that. */
export const addressOf = (source: Exclude<LocatedSource['source'], { kind: 'upload' }>): string =>
  source.kind === 'url' ? source.url : pathToFileURL(source.path).href;

async function locateUpload(store: ArtifactStore, userId: string, uploadId: string): Promise<LocatedSource> {
  const keys = uploadKeys(userId, uploadId);
  const note = await findNote(store, keys.note);
  if (note === undefined) throw new ClipScribeError('UploadNotFound', 'There is no upload with this id.');
  const media = await store.inspect(keys.media);
  if (media === undefined)
    throw new ClipScribeError('UploadIncomplete', 'The file of this upload is not there yet.');
  return {
    source: { kind: 'upload', key: keys.media, fileName: note.fileName },
    version: media.version,
  };
}

async function locateAddress(address: string, allowLocalFiles: boolean): Promise<LocatedSource> {
  if (!URL.canParse(address)) throw new ClipScribeError('InvalidUrl', 'This is not a full address.');
  const url = new URL(address);
  if (url.protocol === 'file:' && allowLocalFiles) return locateFile(url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ClipScribeError('InvalidUrl', `Addresses that begin with ${url.protocol} are not taken here.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ClipScribeError('InvalidUrl', 'The address carries a user name or password.');
  }
  url.hash = '';
  return { source: { kind: 'url', url: url.href }, version: null };
}

async function locateFile(url: URL): Promise<LocatedSource> {
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch (cause) {
    throw new ClipScribeError('InvalidUrl', 'This file address does not name a file of this machine.', {
      cause,
    });
  }
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) throw new ClipScribeError('FileNotFound', `There is no file ${path}.`);
  if (!facts.isFile()) throw new ClipScribeError('FileNotFound', `${path} is not a file.`);
  return { source: { kind: 'file', path }, version: `${facts.size}-${facts.mtimeMs}` };
}
