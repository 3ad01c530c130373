/** The speech models, words and voices: those that every job can count on, and those that settings name. */
import { existsSync } from 'node:fs';
import path from 'node:path';

import { pythonSettings } from './python-environment.mjs';
import { mustRunProcess } from './run-process.mjs';

/** The Whisper model that every set-up fetches. */
const STANDARD_MODEL = 'base';

/**
 * Names of the Whisper models that are wanted here and not on disk. Those that settings name count unless another
 * server transcribes: then they are its own.
 *
 * @param {import('./places.mjs').Places} places
 * @param {NodeJS.ProcessEnv} environment
 */
export function missingSpeechModels({ models }, environment) {
  const { CLIPSCRIBE_TRANSCRIPTION_URL, CLIPSCRIBE_MODEL, CLIPSCRIBE_HIGH_VALUE_MODEL } = environment;
  const named = CLIPSCRIBE_TRANSCRIPTION_URL ? [] : [CLIPSCRIBE_MODEL, CLIPSCRIBE_HIGH_VALUE_MODEL];
  const wanted = new Set([STANDARD_MODEL, ...named.flatMap((name) => name || [])]);
  // A model's folder is published in one step, so one file tells.
  return [...wanted].filter(
    (name) => !existsSync(path.join(models, `whisper-${name.replaceAll('/', '--')}`, 'model.bin')),
  );
}

/**
 * Whether the speaker encoder and the model of overlaps are on disk.
 *
 * @param {import('./places.mjs').Places} places
 */
export function areSpeakerModelsInstalled({ models }) {
  return ['speaker-campplus/encoder.onnx', 'speaker-overlaps/weights.npz'].every((file) =>
    existsSync(path.join(models, file)),
  );
}

/**
 * Fetches a model by the model server's own command, which knows the sources and checks the hash.
 *
 * @param {string} name
 * @param {import('./places.mjs').Places} places
 * @param {string} python the environment's
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
export async function installSpeechModel(name, places, python, environment, signal) {
  const parameters = ['ensure', '--models-directory', places.models, '--model', name];
  const command = ['-m', 'clipscribe_inference.models', ...parameters];
  await fetchModel(`Whisper ${name} could not be fetched`, command, { places, python, environment, signal });
}

/**
 * Fetches the models that tell voices apart, in the same way.
 *
 * @param {import('./places.mjs').Places} places
 * @param {string} python the environment's
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
export async function installSpeakerModels(places, python, environment, signal) {
  const command = ['-m', 'clipscribe_inference.speaker_model', 'ensure', '--models-directory', places.models];
  await fetchModel('The speaker models could not be fetched', command, {
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
