/** The speech models that every job can count on, words and voices; others are fetched when a job asks for them. */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { pythonSettings } from './python-environment.mjs';
import { mustRunProcess } from './run-process.mjs';

/** The Whisper model that set-up fetches. */
export const SPEECH_MODEL = 'base';

/**
 * Whether the model is on disk. Its folder is published in one step, so one file tells.
 *
 * @param {import('./places.mjs').Places} places
 */
export function isSpeechModelInstalled({ models }) {
  return existsSync(path.join(models, `whisper-${SPEECH_MODEL}`, 'model.bin'));
}

/**
 * Whether the speaker encoder is on disk.
 *
 * @param {import('./places.mjs').Places} places
 */
export function isSpeakerEncoderInstalled({ models }) {
  return existsSync(path.join(models, 'speaker-ge2e', 'weights.npz'));
}

/**
 * Fetches the model by the model server's own command, which knows the sources and checks the hash.
 *
 * @param {import('./places.mjs').Places} places
 * @param {string} python the environment's
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
export async function installSpeechModel(places, python, environment, signal) {
  const parameters = ['ensure', '--models-directory', places.models, '--model', SPEECH_MODEL];
  const command = ['-m', 'clipscribe_inference.models', ...parameters];
  await fetchModel('The speech model could not be fetched', command, { places, python, environment, signal });
}

/**
 * Fetches the encoder that tells voices apart, in the same way.
 *
 * @param {import('./places.mjs').Places} places
 * @param {string} python the environment's
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
export async function installSpeakerEncoder(places, python, environment, signal) {
  const command = ['-m', 'clipscribe_inference.speaker_model', 'ensure', '--models-directory', places.models];
  await fetchModel('The speaker encoder could not be fetched', command, {
    places,
    python,
    environment,
    signal,
  });
}

/**
 * @param {string} failure as for mustRunProcess
 * @param {string[]} command
 * @param {{ places: import('./places.mjs').Places, python: string, environment: NodeJS.ProcessEnv, signal: AbortSignal }} context
 */
async function fetchModel(failure, command, { places, python, environment, signal }) {
  await mustRunProcess(failure, python, command, {
    env: { ...pythonSettings(environment), PYTHONPATH: path.join(places.checkout, 'inference') },
    signal,
    log: places.log,
  });
}
