import { ClipScribeError } from '../../domain/errors.ts';
import type { ClipSource } from '../../ports/clip-source.ts';
import { fingerprintOf, inspect } from './create-local-file-source.ts';

/** Clips that already lie on this host. Nothing is copied: they are read where they are. */
export const createLocalClipSource = (): ClipSource => ({
  accepts: (locator) => Promise.resolve(locator.kind === 'file'),

  fetch: async (locator, _span, { signal }) => {
    if (locator.kind !== 'file') throw new ClipScribeError('InvalidInput', 'This is not a file.');
    const file = await inspect(locator);
    signal.throwIfAborted();
    return { filePath: file.path, isWhole: true, fingerprint: fingerprintOf(file) };
  },
});
