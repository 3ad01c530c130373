import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createHttpSpeakerEncoder } from '../../../src/adapters/local-models/http-speaker-encoder.ts';
import { INFERENCE_FOLDER } from '../../../src/adapters/local-models/inference-process.ts';
import { inspectSpeakerEncoder } from '../../../src/adapters/local-models/inspect-speaker-encoder.ts';
import { checkSpeakerEncoder } from '../../../src/cli/doctor/models.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { speakTexts } from '../../support/spoken-audio.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { startModelServer } from './model-server.ts';

const folder = testFolder();
const TEST_MODULES = [INFERENCE_FOLDER, join(INFERENCE_FOLDER, 'tests')].join(delimiter);

/** An ONNX model of one node that takes features as real encoders do. */
function writeEncoder(name: string, parameters = ''): string {
  const path = join(folder, name);
  const program = `import sys, onnx_bytes; sys.stdout.buffer.write(onnx_bytes.encoder_bytes(${parameters}))`;
  writeFileSync(path, execFileSync(tools.python, ['-c', program], { env: { PYTHONPATH: TEST_MODULES } }));
  return path;
}

const inspect = (path: string): Promise<string> =>
  inspectSpeakerEncoder(path, { python: tools.python, workDirectory: folder });

describe('a speaker encoder in ONNX', () => {
  const path = writeEncoder('encoder.onnx');
  const { client } = startModelServer({ speakerEncoderFile: { path, sameVoiceSimilarity: 0.38 } });

  test('hears voices in place of the one of set-up, under the name of its content', async () => {
    const { flac, spoken } = await speakTexts(['One sentence of some length to listen to.'], 1);
    const speechRegions = spoken.map(({ start, end }) => ({ start, end }));
    const encoder = createHttpSpeakerEncoder(client, 'own');
    const heard = await encoder.embed(flac, { speechRegions, signal: AbortSignal.timeout(180_000) });
    expect(heard).toMatchObject({ model: await inspect(path), sameVoiceSimilarity: 0.38 });
    expect(heard.windows.length).toBeGreaterThan(2);
    for (const { embedding } of heard.windows) expect(atob(embedding)).toHaveLength(80);
  });

  test('is another one once its content is', async () => {
    const other = writeEncoder('other.onnx', 'metadata={"sample_rate": "16000"}');
    expect(await inspect(other)).not.toBe(await inspect(path));
    expect(await inspect(path)).toMatch(/^onnx-[0-9a-f]{12}$/);
  });

  test.each([
    ['that is not there', () => join(folder, 'absent.onnx'), 'cannot be read'],
    ['of another kind', () => import.meta.filename, 'is no ONNX model'],
    ['with another input', () => writeEncoder('other-input.onnx', '("N", "T", 40)'), 'has the input x'],
  ])('is refused before the worker takes work, and by doctor: a file %s', async (_, write, reason) => {
    const path = write();
    await expect(inspect(path)).rejects.toMatchObject({
      code: 'SpeakerEncoderUnusable',
      message: expect.stringContaining(reason),
    });
    const settings = loadSettings({ CLIPSCRIBE_SPEAKER_ENCODER_FILE: path });
    expect(await checkSpeakerEncoder(settings, tools)).toMatchObject({
      status: 'missing',
      detail: expect.stringContaining(reason),
    });
  });
});
