import { describe, expect, it } from 'vitest';
import {
  acronymOf,
  cleanName,
  nameKey,
  personTokens,
  withCapitals,
} from '../../../src/domain/entity-names.ts';

describe('cleanName', () => {
  it.each([
    ["Jane Doe's", 'PERSON', 'Jane Doe'],
    ['Democrats’', 'NORP', 'Democrats'],
    ['the Senate', 'ORG', 'Senate'],
    ['The Godfather', 'WORK_OF_ART', 'The Godfather'],
    ['“Acme, Inc.”,', 'ORG', 'Acme, Inc.'],
    ['Washington.', 'GPE', 'Washington'],
    ['U.S.', 'GPE', 'U.S.'],
    ['John F.', 'PERSON', 'John F.'],
    ['$1.5 million', 'MONEY', '$1.5 million'],
    ['3.5%', 'PERCENT', '3.5%'],
    ['東京', 'GPE', '東京'],
  ] as const)('shows %s (%s) as %s', (text, type, name) => {
    expect(cleanName(text, type)).toBe(name);
  });
});

describe('nameKey', () => {
  it.each([
    [['U.S.', 'US', 'the United States', 'USA', 'United States of America'], 'united states'],
    [['AT&T', 'AT & T'], 'at and t'],
    [['JANE DOE', 'Jane Doe', 'jane  doe'], 'jane doe'],
    [['1,000', '1,000.'], '1,000'],
    [['O’Brien', "O'Brien", 'OBrien'], 'obrien'],
  ])('is the same for %j', (names, key) => {
    for (const name of names) expect(nameKey(name)).toBe(key);
  });
});

describe('personTokens', () => {
  it('drops titles, suffixes and middle initials, but never the whole name', () => {
    expect(personTokens('dr jane a doe')).toEqual(['jane', 'doe']);
    expect(personTokens('vice president john doe jr')).toEqual(['john', 'doe']);
    expect(personTokens('senator')).toEqual(['senator']);
  });
});

describe('acronymOf', () => {
  it('takes the initials of all but function words', () => {
    expect(acronymOf('federal bureau of investigation')).toBe('fbi');
    expect(acronymOf('senate')).toBeUndefined();
  });
});

describe('withCapitals', () => {
  it('mends names that a recognizer wrote in lower case, where their type has capitals', () => {
    expect(withCapitals('jane o’brien', 'PERSON')).toBe('Jane O’brien');
    expect(withCapitals('next year', 'DATE')).toBe('next year');
    expect(withCapitals('iPhone', 'PERSON')).toBe('iPhone');
  });
});
