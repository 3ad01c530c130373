/** Checks of the models that jobs of this installation use. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import type { Tools } from '../../config/tools.ts';
import { missing, ok, RUN_SET_UP, warning, type Finding } from './finding.ts';

/** The model that set-up fetches. */
const STANDARD_MODEL = 'base';

/** @param isInstalled whether a model of this name is on disk */
export function judgeModels(
  { model, highValueModel, transcription }: Pick<Settings, 'model' | 'highValueModel' | 'transcription'>,
  isInstalled: (name: string) => boolean,
): Finding {
  const name = 'Speech models';
  if (transcription !== undefined) return ok(name, `the server at ${new URL(transcription.url).origin}`);
  const wanted = [...new Set([model, highValueModel])];
  const absent = wanted.filter((each) => !isInstalled(each));
  if (absent.length === 0) return ok(name, wanted.map((each) => `Whisper ${each}`).join(', '));
  const detail = `Whisper ${absent.join(', ')} not on disk`;
  if (absent.includes(STANDARD_MODEL)) return missing(name, detail, RUN_SET_UP);
  return warning(name, detail, 'It is fetched when the first job asks for it, which then takes longer.');
}

/** Jobs complete without the encoder, but do not tell speakers apart. */
export function judgeSpeakerEncoder(
  { speakerEncoder }: Pick<Settings, 'speakerEncoder'>,
  isInstalled: boolean,
): Finding {
  const name = 'Speaker encoder';
  if (speakerEncoder !== undefined) return ok(name, `the server at ${new URL(speakerEncoder.url).origin}`);
  return isInstalled
    ? ok(name, 'Resemblyzer GE2E')
    : warning(name, 'not on disk, so speakers are not told apart', RUN_SET_UP);
}

export const checkSpeakerEncoder = (settings: Settings, { modelsDirectory }: Tools): Finding =>
  judgeSpeakerEncoder(settings, existsSync(join(modelsDirectory, 'speaker-ge2e', 'weights.npz')));

/** Model folders are published in one step, so one file tells. */
export const checkModels = (settings: Settings, { modelsDirectory }: Tools): Finding =>
  judgeModels(settings, (name) =>
    existsSync(join(modelsDirectory, `whisper-${name.replaceAll('/', '--')}`, 'model.bin')),
  );
