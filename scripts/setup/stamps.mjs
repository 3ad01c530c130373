/** Small files that say what a folder was made from, so that a later set-up knows whether it is still right. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A short name for what something is made from: the same parts give the same name.
 *
 * @param {readonly (string | Buffer)[]} parts
 */
export function keyOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) {
    // The length goes first, so that ("ab", "c") and ("a", "bc") differ.
    hash.update(`${Buffer.byteLength(part)}:`);
    hash.update(part);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * What tells a file from another at the same path without reading it. Follows links.
 *
 * @param {string} file
 * @returns {string | undefined} undefined where there is no such file
 */
export function fingerprint(file) {
  try {
    const real = realpathSync(file);
    const { size, mtimeMs } = statSync(real);
    return `${real} ${size} ${Math.trunc(mtimeMs)}`;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @returns {unknown} the parsed JSON; undefined where the file is missing or damaged
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Writes JSON in one step: a reader sees the old file or the new one, never a part.
 *
 * @param {string} file
 * @param {unknown} value
 */
export function writeJson(file, value) {
  mkdirSync(path.dirname(file), { recursive: true });
  const incoming = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(incoming, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(incoming, file);
}
