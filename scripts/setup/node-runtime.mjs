/** The Node that runs ClipScribe. These scripts and bin/ run on an older one; all else needs this. */
import { rmSync } from 'node:fs';
import path from 'node:path';

import { isProgram } from './find-program.mjs';
import { runProcess } from './run-process.mjs';
import { SetUpError } from './set-up-error.mjs';
import { OLDEST, isAtLeast, parseVersion } from './versions.mjs';

/** Ends the set-up on a Node that is too old to run it. */
export function requireNode() {
  const version = parseVersion(process.version);
  if (version && isAtLeast(version, OLDEST.node)) return;
  throw new SetUpError(
    `ClipScribe needs Node ${OLDEST.node[0]}.${OLDEST.node[1]} or later and this is ${process.version}: install a current one from https://nodejs.org.`,
  );
}

/**
 * The Node that npm installed for this system, else the one that runs this script if it is new enough, as on
 * systems for which there is no package (macOS).
 *
 * @param {string} checkout
 * @returns {string | undefined}
 */
export function findNodeRuntime(checkout) {
  const packaged = packagedNode(checkout);
  if (isProgram(packaged)) return packaged;
  return isOwnNodeNewEnough() ? process.execPath : undefined;
}

/**
 * The Node that runs ClipScribe, tried out: a packaged one may not start at all, as on a system with another C
 * library, and is then removed, so that every later look for it finds what works.
 *
 * @param {string} checkout
 * @returns {Promise<string>}
 */
export async function requireNodeRuntime(checkout) {
  const packaged = packagedNode(checkout);
  if (isProgram(packaged)) {
    const { stdout } = await runProcess(packaged, ['--version']);
    const version = parseVersion(stdout);
    if (version && isAtLeast(version, OLDEST.nodeRuntime)) return packaged;
    rmSync(packaged, { force: true });
  }
  if (isOwnNodeNewEnough()) return process.execPath;
  throw new SetUpError(
    `ClipScribe runs on Node ${OLDEST.nodeRuntime[0]}; npm has none that works on this system (${process.platform} ${process.arch}) and this is ${process.version}: install Node ${OLDEST.nodeRuntime[0]} from https://nodejs.org and start again.`,
  );
}

/** @param {string} checkout */
function packagedNode(checkout) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return path.join(checkout, 'node_modules', `node-${system}-${process.arch}`, 'bin', file);
}

function isOwnNodeNewEnough() {
  const own = parseVersion(process.version);
  return own !== undefined && isAtLeast(own, OLDEST.nodeRuntime);
}
