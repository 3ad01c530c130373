import { describe, expect, it } from 'vitest';
import { ownEncoderIdentity } from '../../../../src/adapters/local-models/create-local-models.ts';

describe('the identity of an encoder in the stage cache', () => {
  it('is another one for another file, and for another similarity of one voice', () => {
    const file = { path: '/m/encoder.onnx', sameVoiceSimilarity: 0.5, model: 'onnx-0123456789ab' };
    const identities = [
      ownEncoderIdentity(undefined),
      ownEncoderIdentity(file),
      ownEncoderIdentity({ ...file, model: 'onnx-ba9876543210' }),
      ownEncoderIdentity({ ...file, sameVoiceSimilarity: 0.4 }),
    ];
    expect(new Set(identities).size).toBe(identities.length);
  });

  it('is the same for the same file elsewhere, so that workers share what they heard', () => {
    const file = { sameVoiceSimilarity: 0.5, model: 'onnx-0123456789ab' };
    expect(ownEncoderIdentity({ ...file, path: '/one/encoder.onnx' })).toBe(
      ownEncoderIdentity({ ...file, path: '/other/encoder.onnx' }),
    );
  });
});
