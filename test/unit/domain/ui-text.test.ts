import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uiSummary, uiText } from '../../../src/domain/ui-text.ts';

describe('what the Temporal UI shows of a name', () => {
  test('is no Markdown', () => {
    expect(uiText('[talk](https://evil.example) *now*')).toBe('\\[talk\\](https://evil.example) \\*now\\*');
    expect(uiSummary('a_b\nc')).toBe('a\\_b c');
  });

  test('is a summary that Temporal takes, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (name) => {
        const summary = uiSummary(name);
        expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThanOrEqual(400);
        expect(uiText(name).startsWith(summary) || /\s/.test(name)).toBe(true);
      }),
    );
    expect(uiSummary('会'.repeat(300))).toBe('会'.repeat(132));
  });
});
