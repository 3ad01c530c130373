/** Where things lie: the checkout and the user's data folder. */
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Places
 * @property {string} checkout the root of the project
 * @property {string} home CLIPSCRIBE_HOME: tools, models and data
 * @property {string} tools programs that set-up installed, and tools.json
 * @property {string} models speech models
 * @property {string} log what the programs of the latest set-up printed
 */

/**
 * CLIPSCRIBE_HOME, or the folder that the operating system's custom gives to a program's data.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 * @param {string} userDirectory
 */
export function homeDirectory(environment, platform = process.platform, userDirectory = homedir()) {
  if (environment.CLIPSCRIBE_HOME) return path.resolve(environment.CLIPSCRIBE_HOME);
  if (platform === 'darwin') return path.join(userDirectory, 'Library', 'Application Support', 'clipscribe');
  if (platform === 'win32') {
    return path.join(environment.LOCALAPPDATA || userDirectory, 'clipscribe');
  }
  return path.join(environment.XDG_DATA_HOME || path.join(userDirectory, '.local', 'share'), 'clipscribe');
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Places}
 */
export function findPlaces(environment) {
  const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
  const home = homeDirectory(environment);
  const tools = path.join(home, 'tools');
  return { checkout, home, tools, models: path.join(home, 'models'), log: path.join(tools, 'set-up.log') };
}

/**
 * Settings of a `.env` file in the current folder join the environment; what is set already stays. (Node below
 * 20.12 cannot read one; the program itself, on Node 24, does.)
 */
export function loadEnvironmentFile() {
  try {
    process.loadEnvFile?.();
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
}
