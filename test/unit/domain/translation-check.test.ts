import { describe, expect, test } from 'vitest';
import { secondsToWait } from '../../../src/domain/retry-after.ts';
import { tidied, translationFault } from '../../../src/domain/translation-check.ts';

const SAID = 'Laura Collins founded the company in a small office.';
const faultOf = (translation: string, target = 'de', text = SAID, names = ['Laura Collins']) =>
  translationFault(translation, { text, names, target });

describe('what is wrong with a translation', () => {
  test.each([
    ['Laura Collins gründete die Firma in einem kleinen Büro.', 'de', undefined],
    ['Lauru Collinsovou firma vznikla v malé kanceláři.', 'cs', undefined],
    ['LAURA COLLINS gründete sie.', 'de', undefined],
    ['Eine Frau gründete die Firma.', 'de', 'name-lost'],
    ['ローラ・コリンズは小さな事務所で会社を設立した。', 'ja', undefined],
    ['Лора Коллинз основала компанию.', 'ru', undefined],
    ['', 'de', 'empty'],
    [' \u200b\u202e\n', 'de', 'empty'],
    ['x'.repeat(2_000), 'de', 'too-long'],
    [SAID, 'de', 'unchanged'],
  ])('of %j in %s: %s', (translation, target, fault) => {
    expect(faultOf(translation, target)).toBe(fault);
  });

  test('a few words may be the same in two languages', () => {
    expect(faultOf('Okay, Laura!', 'de', 'Okay, Laura!', [])).toBeUndefined();
  });

  test('a name that is not said need not be there', () => {
    expect(faultOf('Das Meer ist warm.', 'de', 'The sea is warm.')).toBeUndefined();
  });
});

test('a tidied text is one line without control and direction characters', () => {
  expect(tidied('a\u0000b\r\n\u2067c\t d ')).toBe('a b c d');
});

test.each([
  ['7', 7],
  ['0', 0],
  ['Thu, 01 Jan 2026 00:00:10 GMT', 10],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %j asks to wait %j seconds', (header, seconds) => {
  expect(secondsToWait(header, Date.UTC(2026, 0, 1))).toBe(seconds);
});
