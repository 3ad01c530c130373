/** tools.json: what set-up found and installed, for the programs of ClipScribe to read. */
import path from 'node:path';

import { readJson, writeJson } from './stamps.mjs';

/**
 * @typedef {object} Tools all paths are absolute
 * @property {string} ffmpeg
 * @property {string} ffprobe
 * @property {string} ytDlp
 * @property {string} python
 * @property {string | null} temporal null where a server of the user's was found and no command line
 * @property {string} modelsDirectory
 */

/**
 * Writes the file where it differs, in one step.
 *
 * @param {import('./places.mjs').Places} places
 * @param {Tools} tools
 */
export function writeToolsFile(places, tools) {
  const file = path.join(places.tools, 'tools.json');
  if (JSON.stringify(readJson(file)) !== JSON.stringify(tools)) writeJson(file, tools);
}
