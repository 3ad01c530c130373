/** Packages that stand in a folder of their own, beside the Python environment: ffmpeg, and the tests' tools. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

import { pipInstall } from './python-environment.mjs';
import { keyOf } from './stamps.mjs';

/**
 * Where the packages of a lock file belong.
 *
 * @param {import('./places.mjs').Places} places
 * @param {string} name `ffmpeg` or `test-tools`
 * @param {string} lockFile
 * @param {readonly string[]} parts what else decides the content
 */
export function planPipTarget(places, name, lockFile, parts = []) {
  return path.join(
    places.tools,
    `${name}-${keyOf([readFileSync(lockFile), process.platform, process.arch, ...parts])}`,
  );
}

/**
 * Fills the folder in one step: what has its final name is complete. Another set-up may be faster; its folder stays.
 *
 * @param {string} directory from {@link planPipTarget}
 * @param {string} purpose as for mustRunProcess
 * @param {string} lockFile
 * @param {Parameters<typeof pipInstall>[3]} context
 */
export async function installPipTarget(directory, purpose, lockFile, context) {
  const incoming = `${directory}.incoming-${randomBytes(4).toString('hex')}`;
  try {
    await pipInstall(purpose, lockFile, ['--target', incoming], context);
    if (!existsSync(directory)) renameSync(incoming, directory);
  } finally {
    rmSync(incoming, { recursive: true, force: true });
  }
}
