/** The Python environment of the model server and yt-dlp: found, made, mended. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';

import { findProgram, isProgram } from './find-program.mjs';
import { mustRunProcess, runProcess } from './run-process.mjs';
import { SetUpError } from './set-up-error.mjs';
import { fingerprint, keyOf, readJson, writeJson } from './stamps.mjs';
import { OLDEST, formatVersion, isAtLeast, parseVersion } from './versions.mjs';

/** An environment that no checkout has used for this long is removed when a new one is made. */
const UNUSED_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @typedef {object} PythonEnvironment
 * @property {string} directory
 * @property {string} python
 * @property {string} ytDlp
 */

/**
 * Where the environment belongs. Its name is made from the lock file and from what else decides its content, so
 * another version of ClipScribe has another one beside it.
 *
 * @param {import('./places.mjs').Places} places
 * @param {NodeJS.ProcessEnv} environment
 * @returns {PythonEnvironment}
 */
export function planPythonEnvironment(places, environment) {
  const parts = [process.platform, process.arch, environment.CLIPSCRIBE_PYTHON ?? ''];
  const directory = path.join(
    places.tools,
    `python-${keyOf([readFileSync(requirements(places)), ...parts])}`,
  );
  const [programs, ending] = process.platform === 'win32' ? ['Scripts', '.exe'] : ['bin', ''];
  return {
    directory,
    python: path.join(directory, programs, `python${ending}`),
    ytDlp: path.join(directory, programs, `yt-dlp${ending}`),
  };
}

/**
 * Whether the environment is complete and the Python beneath it is still the one it was made with: after an
 * upgrade of the system's Python an environment does not find its packages any more.
 *
 * @param {PythonEnvironment} planned
 */
export function isPythonEnvironmentReady({ directory, python, ytDlp }) {
  const stamp = /** @type {{ python?: string } | undefined} */ (readJson(stampOf(directory)));
  if (stamp?.python === undefined || stamp.python !== fingerprint(python)) return false;
  if (!existsSync(ytDlp)) return false;
  markUsed(directory);
  return true;
}

/**
 * Makes the empty environment, in place of whatever an interrupted set-up left there. It is not ready before
 * {@link installPythonPackages}.
 *
 * @param {import('./places.mjs').Places} places
 * @param {PythonEnvironment} planned
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
export async function createPythonEnvironment(places, { directory }, environment, signal) {
  const base = await requirePython(environment);
  rmSync(directory, { recursive: true, force: true });
  const options = { signal, log: places.log, env: pythonSettings(environment) };
  const [command, ...prefix] = base;
  for (const module of ['venv', 'virtualenv']) {
    const { code } = await runProcess(command, [...prefix, '-m', module, directory], options);
    signal.throwIfAborted();
    if (code === 0) return;
    rmSync(directory, { recursive: true, force: true });
  }
  throw new SetUpError(
    `Python (${base.join(' ')}) cannot make virtual environments: install its venv module (Debian and Ubuntu: apt install python3-venv) or virtualenv (pip install virtualenv).`,
  );
}

/**
 * Installs the locked packages and, as the last act, the stamp that makes the environment ready.
 *
 * @param {import('./places.mjs').Places} places
 * @param {PythonEnvironment} planned
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
export async function installPythonPackages(places, planned, environment, signal) {
  await pipInstall('The Python packages could not be installed', requirements(places), [], {
    places,
    python: planned.python,
    environment,
    signal,
  });
  writeJson(stampOf(planned.directory), { python: fingerprint(planned.python) });
  removeUnusedEnvironments(places.tools, planned.directory);
}

/**
 * Installs what a lock file names: wheels only, each with its hash, so that nothing is built or run on the way.
 *
 * @param {string} purpose as for mustRunProcess
 * @param {string} lockFile
 * @param {readonly string[]} parameters
 * @param {{ places: import('./places.mjs').Places, python: string, environment: NodeJS.ProcessEnv, signal: AbortSignal }} context
 */
export async function pipInstall(purpose, lockFile, parameters, { places, python, environment, signal }) {
  const safety = ['--no-input', '--only-binary', ':all:', '--require-hashes'];
  await mustRunProcess(purpose, python, ['-m', 'pip', 'install', ...safety, ...parameters, '-r', lockFile], {
    env: pythonSettings(environment),
    signal,
    log: places.log,
  });
}

/**
 * The environment of Python programs: the user's, without what would lead a virtual environment astray.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function pythonSettings(environment) {
  const { PYTHONHOME: _home, PYTHONPATH: _path, ...rest } = environment;
  return { ...rest, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
}

/**
 * The command of a Python that is new enough.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<[command: string, ...parameters: string[]]>}
 */
export async function requirePython(environment) {
  /** @type {[string, ...string[]][]} */
  const candidates = environment.CLIPSCRIBE_PYTHON
    ? [[environment.CLIPSCRIBE_PYTHON]]
    : [['python3'], ['python'], ['py', '-3'], ['python3.13'], ['python3.12'], ['python3.11'], ['python3.10']];
  const tooOld = [];
  for (const [name, ...parameters] of candidates) {
    const command = path.isAbsolute(name) ? name : findProgram(name, environment);
    if (command === undefined || !isProgram(command)) continue;
    const { stdout, code } = await runProcess(command, [...parameters, '--version'], { timeoutMs: 10_000 });
    const version = parseVersion(stdout);
    if (code !== 0 || version === undefined) continue;
    if (isAtLeast(version, OLDEST.python)) return [command, ...parameters];
    tooOld.push(`${command} is ${formatVersion(version)}`);
  }
  const oldest = `${OLDEST.python[0]}.${OLDEST.python[1]}`;
  const asked = environment.CLIPSCRIBE_PYTHON
    ? ` at CLIPSCRIBE_PYTHON (${environment.CLIPSCRIBE_PYTHON})`
    : '';
  const found = tooOld.length > 0 ? `; ${tooOld.join(', ')}` : '';
  throw new SetUpError(
    `ClipScribe needs Python ${oldest} or later and found none${asked}${found}: install it from https://www.python.org or with your system's package manager (Debian and Ubuntu: apt install python3 python3-venv).`,
  );
}

/** @param {import('./places.mjs').Places} places */
function requirements({ checkout }) {
  return path.join(checkout, 'inference', 'requirements.txt');
}

/** @param {string} directory */
function stampOf(directory) {
  return path.join(directory, 'clipscribe-complete.json');
}

/** @param {string} directory */
function markUsed(directory) {
  const now = new Date();
  if (now.getTime() - statSync(stampOf(directory)).mtimeMs > DAY_MS) utimesSync(stampOf(directory), now, now);
}

/**
 * @param {string} tools
 * @param {string} current
 */
function removeUnusedEnvironments(tools, current) {
  for (const name of readdirSync(tools)) {
    const directory = path.join(tools, name);
    if (!/^python-[0-9a-f]{16}$/.test(name) || directory === current) continue;
    const used = statSync(existsSync(stampOf(directory)) ? stampOf(directory) : directory).mtimeMs;
    if (Date.now() - used > UNUSED_DAYS * DAY_MS) rmSync(directory, { recursive: true, force: true });
  }
}
