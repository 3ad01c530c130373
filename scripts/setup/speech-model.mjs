/** The speech model that every job can count on; others are fetched when a job asks for them. */
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
 * Fetches the model by the model server's own command, which knows the sources and checks the hash.
 *
 * @param {import('./places.mjs').Places} places
 * @param {string} python the environment's
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
export async function installSpeechModel({ checkout, models, log }, python, environment, signal) {
  const parameters = ['ensure', '--models-directory', models, '--model', SPEECH_MODEL];
  await mustRunProcess(
    'The speech model could not be fetched',
    python,
    ['-m', 'clipscribe_inference.models', ...parameters],
    {
      env: { ...pythonSettings(environment), PYTHONPATH: path.join(checkout, 'inference') },
      signal,
      log,
    },
  );
}
