import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageKeyMaterial, type StageKeyParts } from '../../../src/domain/stage-key.ts';

const parts: StageKeyParts = {
  stage: 'transcribe',
  version: 3,
  parameters: { model: 'base', language: 'en' },
  inputs: ['aa', 'bb'],
};

describe('stageKeyMaterial', () => {
  it('is canonical JSON with sorted names', () => {
    expect(stageKeyMaterial(parts)).toBe(
      '{"inputs":["aa","bb"],"parameters":{"language":"en","model":"base"},"stage":"transcribe","version":3}',
    );
  });

  it('does not depend on the order in which parameters were set, at any depth', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    const parametersArbitrary = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ stringUnit: 'grapheme' }),
    ) as fc.Arbitrary<StageKeyParts['parameters']>;
    fc.assert(
      fc.property(parametersArbitrary, (parameters) => {
        const turned = reversed(parameters) as StageKeyParts['parameters'];
        expect(stageKeyMaterial({ ...parts, parameters: turned })).toBe(
          stageKeyMaterial({ ...parts, parameters }),
        );
      }),
    );
  });

  it('treats an undefined parameter as an absent one', () => {
    expect(stageKeyMaterial({ ...parts, parameters: { model: 'base', language: undefined } })).toBe(
      stageKeyMaterial({ ...parts, parameters: { model: 'base' } }),
    );
  });

  it('changes with every part, and with the order of the inputs', () => {
    const variants: StageKeyParts[] = [
      parts,
      { ...parts, stage: 'merge' },
      { ...parts, version: 4 },
      { ...parts, parameters: { ...parts.parameters, model: 'small' } },
      { ...parts, inputs: ['bb', 'aa'] },
      { ...parts, inputs: ['aabb'] },
    ];
    expect(new Set(variants.map(stageKeyMaterial)).size).toBe(variants.length);
  });

  it('refuses numbers that JSON cannot hold', () => {
    expect(() => stageKeyMaterial({ ...parts, parameters: { threshold: NaN } })).toThrow('NaN');
  });
});
