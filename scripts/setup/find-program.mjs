/** Looks programs up on the PATH. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * The full path of a program, found as a shell would find it.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string | undefined}
 */
export function findProgram(name, environment) {
  const endings = process.platform === 'win32' ? (environment.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  for (const folder of (environment.PATH ?? environment.Path ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const candidate = path.join(folder, name + ending);
      if (isProgram(candidate)) return candidate;
    }
  }
  return undefined;
}

/** @param {string} file */
export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
