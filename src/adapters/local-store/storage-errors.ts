import { saysDiskFull } from '../../domain/disk-full.ts';
import { ClipScribeError } from '../../domain/errors.ts';

/** Whether a file system call failed because there is nothing at the path. */
export const isNothingThere = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException).code;
  // ENOTDIR: a part of the path is a file.
  return code === 'ENOENT' || code === 'ENOTDIR';
};

/** Whether a file could not be renamed because its new place is in another file system. */
export const isOtherFileSystem = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'EXDEV';

/** Maps an error of the file system to the errors of the ArtifactStore port; ClipScribeErrors pass. */
export const toStorageError = (error: unknown): unknown => {
  if (ClipScribeError.is(error) || !(error instanceof Error)) return error;
  if (saysDiskFull(error))
    return new ClipScribeError('DiskFull', 'The disk that holds the artifacts is full.', { cause: error });
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ClipScribeError('StorageDenied', 'The artifact folder may not be read or written.', {
        cause: error,
      });
    default:
      return new ClipScribeError('StorageUnavailable', 'The artifact folder cannot be read or written.', {
        cause: error,
      });
  }
};
