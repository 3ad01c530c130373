import { ClipScribeError } from './errors.ts';

const MAX_KEY_LENGTH = 512;
const MAX_PART_LENGTH = 200;
/** Starts with no dot: `..` cannot climb, and names with a leading dot stay free for the store itself. */
const PART = /^[A-Za-z0-9_=@+-][A-Za-z0-9._=@+-]*$/;

/**
 * Refuses what is not a key, or a prefix of keys: parts of letters, digits and `. _ = @ + -`, joined by `/`. Such
 * keys are file names on every system and object names in every bucket.
 *
 * @throws ClipScribeError `InternalError`: keys are made by us, so a bad one is a defect
 */
export const checkKey = (key: string): void => {
  const parts = key.split('/');
  const good =
    key.length <= MAX_KEY_LENGTH && parts.every((part) => part.length <= MAX_PART_LENGTH && PART.test(part));
  if (!good) throw new ClipScribeError('InternalError', 'A key of the artifact store is not valid.');
};

/** @throws ClipScribeError `InternalError` for a range that does not lie within so many bytes */
export const checkRange = (
  { start, endExclusive }: { start: number; endExclusive: number },
  bytes: number,
): void => {
  if (start < 0 || start > endExclusive || endExclusive > bytes)
    throw new ClipScribeError('InternalError', 'A range lies outside its artifact.');
};

export const artifactMissing = (key: string): ClipScribeError =>
  new ClipScribeError('ArtifactMissing', `There is no stored object ${key}.`);

export const artifactReplaced = (key: string): ClipScribeError =>
  new ClipScribeError('ArtifactMissing', `The stored object ${key} is not the one that was written.`);
