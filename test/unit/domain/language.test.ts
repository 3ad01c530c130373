import { describe, expect, it } from 'vitest';
import { holdLanguage } from '../../../src/domain/language.ts';

describe('holdLanguage', () => {
  it('holds the first confident observation, whatever comes later', () => {
    expect(
      holdLanguage([
        { language: 'cy', probability: 0.95, speechSeconds: 2 },
        { language: 'en', probability: 0.9, speechSeconds: 40 },
        { language: 'de', probability: 0.99, speechSeconds: 200 },
      ]),
    ).toBe('en');
  });

  it('lets unsure observations vote by their speech', () => {
    expect(
      holdLanguage([
        { language: 'nl', probability: 0.6, speechSeconds: 20 },
        { language: 'de', probability: 0.5, speechSeconds: 30 },
        { language: 'nl', probability: 0.4, speechSeconds: 20 },
      ]),
    ).toBe('nl');
  });

  it('has no language where nobody spoke', () => {
    expect(holdLanguage([])).toBeUndefined();
    expect(holdLanguage([{ language: 'en', probability: 1, speechSeconds: 0 }])).toBeUndefined();
  });
});
