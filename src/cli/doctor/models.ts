/** Checks of the models that jobs of this installation use. */
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import type { Tools } from '../../config/tools.ts';
import { missing, ok, RUN_SET_UP, warning, type Finding } from './finding.ts';
import { runProgram, type ProgramOutput } from './run-program.ts';

/** Holds the package `clipscribe_inference`. */
const INFERENCE_FOLDER = join(import.meta.dirname, '..', '..', '..', 'inference');
/** @param installed names of the models on disk */
export function judgeModels(
  { model, highValueModel, transcription }: Pick<Settings, 'model' | 'highValueModel' | 'transcription'>,
  installed: readonly string[],
): Finding {
  const name = 'Speech models';
  if (transcription !== undefined) return ok(name, `the server at ${new URL(transcription.url).origin}`);
  const absent = [...new Set([model, highValueModel])].filter((each) => !installed.includes(each));
  if (absent.length === 0) return ok(name, `Whisper ${installed.join(', ')}`);
  return missing(name, `Whisper ${absent.join(', ')} not on disk`, RUN_SET_UP);
}

/**
 * Jobs complete without the encoder, but do not tell speakers apart. Workers do not start with a file that is none.
 *
 * @param inspection of the file, where the settings name one
 */
export function judgeSpeakerEncoder(
  { speakerEncoder, speakerEncoderFile }: Pick<Settings, 'speakerEncoder' | 'speakerEncoderFile'>,
  isInstalled: boolean,
  inspection?: ProgramOutput,
): Finding {
  const name = 'Speaker encoder';
  if (speakerEncoder !== undefined) return ok(name, `the server at ${new URL(speakerEncoder.url).origin}`);
  if (inspection !== undefined && 'failure' in inspection) {
    return missing(
      name,
      inspection.failure,
      'Correct or unset CLIPSCRIBE_SPEAKER_ENCODER_FILE (docs/speakers.md).',
    );
  }
  return isInstalled
    ? ok(name, `${speakerEncoderFile?.path ?? '3D-Speaker CAM++'}, overlaps by pyannote`)
    : warning(name, 'not on disk, so speakers are not told apart', RUN_SET_UP);
}

/** A file is tried by the model server's own code, as workers do it when they start. */
export async function checkSpeakerEncoder(
  settings: Settings,
  { modelsDirectory, python }: Tools,
): Promise<Finding> {
  const file = settings.speakerEncoderFile;
  const overlaps = 'speaker-overlaps/weights.npz';
  const wanted = file === undefined ? ['speaker-campplus/encoder.onnx', overlaps] : [overlaps];
  return judgeSpeakerEncoder(
    settings,
    wanted.every((each) => existsSync(join(modelsDirectory, each))),
    file &&
      (await runProgram(python, ['-m', 'clipscribe_inference.onnx_encoder', file.path], {
        PYTHONPATH: INFERENCE_FOLDER,
      })),
  );
}

/** Model folders are published in one step, so one file tells. */
export const checkModels = (settings: Settings, { modelsDirectory }: Tools): Finding =>
  judgeModels(
    settings,
    globSync('whisper-*/model.bin', { cwd: modelsDirectory })
      .map((path) => dirname(path).replace('whisper-', '').replaceAll('--', '/'))
      .sort(),
  );
