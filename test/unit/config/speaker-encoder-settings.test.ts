import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../../src/config/settings.ts';

describe('the settings of a speaker encoder in ONNX', () => {
  it('name a file and, where somebody measured it, what it takes for one voice', () => {
    expect(loadSettings({}).speakerEncoderFile).toBeUndefined();
    expect(loadSettings({ CLIPSCRIBE_SPEAKER_ENCODER_FILE: 'encoder.onnx' }).speakerEncoderFile).toEqual({
      path: resolve('encoder.onnx'),
      sameVoiceSimilarity: 0.37,
    });
    expect(
      loadSettings({
        CLIPSCRIBE_SPEAKER_ENCODER_FILE: '/m/encoder.onnx',
        CLIPSCRIBE_SPEAKER_ENCODER_SIMILARITY: '0.5',
      }).speakerEncoderFile,
    ).toEqual({ path: '/m/encoder.onnx', sameVoiceSimilarity: 0.5 });
  });

  it.each(['0', '1', '1.2', '-0.5', 'much'])('refuse a similarity of %s', (similarity) => {
    expect(() => loadSettings({ CLIPSCRIBE_SPEAKER_ENCODER_SIMILARITY: similarity })).toThrow(
      'CLIPSCRIBE_SPEAKER_ENCODER_SIMILARITY',
    );
  });

  it('do not go with a server that hears voices', () => {
    expect(() =>
      loadSettings({
        CLIPSCRIBE_SPEAKER_ENCODER_FILE: '/m/encoder.onnx',
        CLIPSCRIBE_SPEAKER_ENCODER_URL: 'https://voices.example',
      }),
    ).toThrow('CLIPSCRIBE_SPEAKER_ENCODER_FILE: Set it or CLIPSCRIBE_SPEAKER_ENCODER_URL, not both.');
  });
});
