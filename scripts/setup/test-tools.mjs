/**
 * What the tests need and ClipScribe does not: pytest and its company, and emulators of S3 and Google Cloud Storage,
 * beside the Python environment.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { installPipTarget, planPipTarget } from './pip-target.mjs';
import { pythonSettings } from './python-environment.mjs';

/** @typedef {import('./places.mjs').Places} Places */
/** @typedef {import('./python-environment.mjs').PythonEnvironment} PythonEnvironment */

/**
 * @param {Places} places
 * @param {PythonEnvironment} planned
 */
export function areTestToolsInstalled(places, planned) {
  return existsSync(testToolsDirectory(places, planned));
}

/**
 * @param {PythonEnvironment} planned
 * @param {Parameters<typeof installPipTarget>[3]} context
 */
export async function installTestTools(planned, context) {
  const directory = testToolsDirectory(context.places, planned);
  await installPipTarget(
    directory,
    'The Python test tools could not be installed',
    lockFile(context.places),
    context,
  );
}

/**
 * The environment variables with which the environment's Python finds the model server and the test tools.
 *
 * @param {Places} places
 * @param {PythonEnvironment} planned
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function testSettings(places, planned, environment) {
  const folders = [path.join(places.checkout, 'inference'), testToolsDirectory(places, planned)];
  return { ...pythonSettings(environment), PYTHONPATH: folders.join(path.delimiter) };
}

/**
 * @param {Places} places
 * @param {PythonEnvironment} planned
 */
function testToolsDirectory(places, planned) {
  // Compiled packages among them fit one Python only, and so one environment.
  return planPipTarget(places, 'test-tools', lockFile(places), [path.basename(planned.directory)]);
}

/** @param {Places} places */
function lockFile({ checkout }) {
  return path.join(checkout, 'inference', 'requirements-dev.txt');
}
