/** The npm packages of the checkout. */
import { lstatSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { findProgram } from './find-program.mjs';
import { mustRunProcess } from './run-process.mjs';
import { SetUpError } from './set-up-error.mjs';
import { readJson } from './stamps.mjs';

/** @typedef {{ version?: string, optional?: boolean, peer?: boolean, integrity?: string, link?: boolean }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} LockFile */

/**
 * Whether node_modules holds exactly what package-lock.json asks for, by the record that npm itself writes there
 * last. So packages installed by hand (`npm install`) count, and an interrupted installation does not.
 *
 * @param {string} checkout
 */
export function areNodePackagesInstalled(checkout) {
  const wanted = /** @type {LockFile | undefined} */ (readJson(path.join(checkout, 'package-lock.json')));
  const present = /** @type {LockFile | undefined} */ (
    readJson(path.join(checkout, 'node_modules', '.package-lock.json'))
  );
  return wanted?.packages !== undefined && matchesLock(wanted.packages, present?.packages ?? {});
}

/**
 * Whether the packages present are those of the lock file. Optional ones may be missing, since most are for other
 * machines. Pure.
 *
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage>} present
 */
export function matchesLock(wanted, present) {
  for (const [location, { version, integrity, optional }] of Object.entries(wanted)) {
    if (location === '') continue;
    const found = present[location];
    if (found === undefined) {
      if (optional) continue;
      return false;
    }
    if (found.version !== version || found.integrity !== integrity) return false;
  }
  return Object.keys(present).every((location) => wanted[location] !== undefined);
}

/**
 * Installs the npm packages. No install script of any package runs: none is needed, and they are the usual way
 * in for a hijacked package.
 *
 * @param {import('./places.mjs').Places} places
 * @param {AbortSignal} signal
 */
export async function installNodePackages({ checkout, log }, signal) {
  const [command, prefix] = npmCommand();
  const options = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
  ];
  await mustRunProcess('npm could not install the Node packages', command, [...prefix, ...options], {
    cwd: checkout,
    signal,
    log,
  });
}

/**
 * Makes `npx clipscribe` start what is in the checkout.
 *
 * @param {string} checkout
 */
export function linkCommand(checkout) {
  if (process.platform === 'win32') return;
  const link = path.join(checkout, 'node_modules', '.bin', 'clipscribe');
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  rmSync(link, { force: true });
  symlinkSync(path.join('..', '..', 'bin', 'clipscribe.mjs'), link);
}

/** @returns {[command: string, parameters: string[]]} */
function npmCommand() {
  // Under `npm start` this names the running npm; it needs no shell on any system.
  if (process.env.npm_execpath?.endsWith('npm-cli.js')) return [process.execPath, [process.env.npm_execpath]];
  const npm = findProgram('npm', process.env);
  if (npm === undefined) {
    throw new SetUpError('npm is missing: install Node together with npm from https://nodejs.org.');
  }
  return [npm, []];
}
