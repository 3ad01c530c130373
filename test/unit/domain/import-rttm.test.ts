import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImportError } from '../../../src/domain/import-error.ts';
import { parseRttm } from '../../../src/domain/import-rttm.ts';

const line = (start: string, seconds: string, name: string, file = 'talk'): string =>
  `SPEAKER ${file} 1 ${start} ${seconds} <NA> <NA> ${name} <NA> <NA>`;

describe('parseRttm', () => {
  it('reads turns in order of time, nine fields or ten, and passes over what is not about turns', () => {
    const text = [
      ';; made by hand',
      'SPKR-INFO talk 1 <NA> <NA> <NA> unknown ann <NA> <NA>',
      line('4.0', '1.5', 'bob'),
      'SPEAKER talk 1 .5 4 <NA> <NA> ann <NA>',
      line('9', '0', 'nobody'),
      '',
    ].join('\r\n');
    expect(parseRttm(text)).toEqual([
      { start: 0.5, end: 4.5, speaker: 'ann' },
      { start: 4, end: 5.5, speaker: 'bob' },
    ]);
  });

  it.each<[string, string, number | null, RegExp]>([
    ['a line of another kind', `${line('1', '2', 'a')}\nhello`, 2, /begins with SPEAKER/],
    ['too few fields', 'SPEAKER talk 1 0.5 2 ann', 1, /nine or ten fields, and this one 6/],
    ['a negative onset', line('-1', '2', 'a'), 1, /onset/],
    ['a duration that is none', line('1', 'NaN', 'a'), 1, /duration/],
    ['milliseconds beyond a month', line('9999999', '2', 'a'), 1, /onset/],
    ['a speaker without a name', line('1', '2', '<NA>'), 1, /no name/],
    [
      'several recordings',
      `${line('1', '2', 'a')}\n${line('1', '2', 'a', 'other')}`,
      2,
      /several recordings/,
    ],
    ['no turns', ';; nothing', null, /no SPEAKER/],
    ['bytes', 'RIFF\u0000', null, /not text/],
  ])('refuses %s', (_, text, number, message) => {
    const read = (): unknown => parseRttm(text);
    expect(read).toThrow(ImportError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ line: number, code: 'InvalidImport' }) as Error);
  });

  it('either reads or refuses any text', () => {
    const field = fc.oneof(
      fc.constantFrom('SPEAKER', '1', '0.5', '1e9', '<NA>', ';;'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 11 })), (lines) => {
        try {
          for (const turn of parseRttm(lines.map((fields) => fields.join(' ')).join('\n')))
            expect(turn.end).toBeGreaterThan(turn.start);
        } catch (error) {
          expect(error).toBeInstanceOf(ImportError);
        }
      }),
    );
  });
});
