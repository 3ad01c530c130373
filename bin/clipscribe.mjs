#!/usr/bin/env node
/** The command `clipscribe`. Plain JavaScript, since an older Node may read it; it hands over to Node 24. */
import { fileURLToPath } from 'node:url';

import { areNodePackagesInstalled } from '../scripts/setup/node-packages.mjs';
import { findNodeRuntime } from '../scripts/setup/node-runtime.mjs';
import { runNode } from '../scripts/setup/run-program.mjs';
import { OLDEST, isAtLeast, parseVersion } from '../scripts/setup/versions.mjs';

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** The processes that production runs have entry points of their own; every other command is the command line's. */
const ENTRY_POINTS = new Map([
  ['worker', '../src/workers/main.ts'],
  ['api', '../src/api/main.ts'],
]);

const version = parseVersion(process.version);
if (version && isAtLeast(version, OLDEST.nodeRuntime)) {
  await start();
} else {
  const node = findNodeRuntime(checkout);
  if (node === undefined) refuse();
  else process.exitCode = await runNode(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
}

async function start() {
  const entryPoint = ENTRY_POINTS.get(process.argv[2] ?? '');
  // An entry point of its own reads its arguments as if it had been started itself.
  if (entryPoint !== undefined)
    process.argv.splice(1, 2, fileURLToPath(new URL(entryPoint, import.meta.url)));
  try {
    await import(entryPoint ?? '../src/cli/main.ts');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ERR_MODULE_NOT_FOUND' && !areNodePackagesInstalled(checkout)) refuse();
    else throw error;
  }
}

function refuse() {
  process.stderr.write('ClipScribe is not set up yet: run `npm start` in its folder once.\n');
  process.exitCode = 1;
}
