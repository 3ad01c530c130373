import { describe, expect, it } from 'vitest';
import { decodingLanguage, holdLanguage, languagesBySpeech } from '../../../src/domain/language.ts';

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

describe('decodingLanguage', () => {
  const heard = [{ language: 'en', probability: 0.99, speechSeconds: 60 }];

  it('never leaves a language that was chosen', () => {
    expect(decodingLanguage('de', heard)).toEqual({ language: 'de', switching: 'never' });
  });

  it('detects, then holds what was heard, but lets the evident be', () => {
    expect(decodingLanguage(undefined, [])).toEqual({ language: undefined, switching: 'evident' });
    expect(decodingLanguage(undefined, heard)).toEqual({ language: 'en', switching: 'evident' });
  });

  it('holds nothing where several languages are spoken', () => {
    expect(decodingLanguage('multi', heard)).toEqual({ language: undefined, switching: 'any' });
  });
});

describe('languagesBySpeech', () => {
  it('counts seconds, not segments', () => {
    expect(
      languagesBySpeech([
        { start: 0, end: 2, language: 'en' },
        { start: 2, end: 9, language: 'de' },
        { start: 9, end: 11, language: 'en' },
        { start: 11, end: 12, language: 'fr' },
      ]),
    ).toEqual(['de', 'en', 'fr']);
    expect(languagesBySpeech([])).toEqual([]);
  });
});
