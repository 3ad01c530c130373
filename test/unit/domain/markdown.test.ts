import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, markdownLink } from '../../../src/domain/markdown.ts';

/** As lenient as readers get: HTML passes through, bare addresses become links, quotes stay. */
const markdown = new MarkdownIt({ html: true, linkify: true });

/** The text of a document, and the names of everything in it that is not plain text in a paragraph. */
function read(source: string): { text: string; markup: string[] } {
  const inline = markdown.parse(source, {}).flatMap((token) => token.children ?? [token]);
  const plain = ['text', 'text_special', 'paragraph_open', 'paragraph_close'];
  return {
    text: inline.map((token) => (plain.includes(token.type) ? token.content : '')).join(''),
    markup: inline.map((token) => token.type).filter((type) => !plain.includes(type)),
  };
}

const hostileText = fc.array(
  fc.constantFrom(
    ...[
      '**bold**',
      '<script>',
      '</p>',
      '[a](javascript:x)',
      '![i](u)',
      '`c`',
      '&lt;',
      '| a |',
      '# h',
      '- l',
      '1. n',
    ],
    ...[
      'https://a.example',
      'www.a.example',
      'a@b.example',
      '~~s~~',
      '_e_',
      '===',
      '> q',
      '$x$',
      '\\',
      '\n',
      '\u0000',
    ],
    ...[
      'word',
      '1) n',
      '+ p',
      '* s',
      '```',
      '    code',
      '---',
      '[^1]',
      '&amp;',
      '<!--',
      '://',
      '"',
      "'",
      '�',
      'é',
    ],
  ),
  { minLength: 1, maxLength: 12 },
);

describe('escapeMarkdown', () => {
  it('shows just the text, without any markup, whatever it is', () => {
    const texts = fc.oneof(
      fc.tuple(hostileText, fc.constantFrom('', ' ')).map(([pieces, glue]) => pieces.join(glue)),
      fc.string({ unit: 'grapheme', minLength: 1 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const shown = text
          .toWellFormed()
          .replace(/[\s\p{Cc}]+/gu, ' ')
          .trim();
        expect(read(escapeMarkdown(text))).toEqual({ text: shown, markup: [] });
      }),
      { numRuns: 1000 },
    );
  });

  it('stays readable where nothing is special', () => {
    expect(escapeMarkdown('The board met at 9.30 (in Geneva), said Dr. Doe – twice.')).toBe(
      'The board met at 9.30 (in Geneva), said Dr. Doe – twice.',
    );
  });
});

describe('markdownLink', () => {
  it('links web addresses only', () => {
    expect(markdownLink('https://example.org/watch?v=1&t=2')).toBe('<https://example.org/watch?v=1&t=2>');
    expect(markdownLink('javascript:alert(1)')).toBe('javascript:alert(1)');
    expect(markdownLink('https://example.org/> <script>')).not.toContain('<');
  });
});
