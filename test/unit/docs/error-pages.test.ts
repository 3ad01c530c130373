import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../src/domain/errors.ts';

const folder = new URL('../../../docs/errors/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const definitions = Object.entries(ERRORS) as [ErrorCode, (typeof ERRORS)[ErrorCode]][];

/** The cells of every table row that is neither a header nor the line below it. */
const tableRows = (markdown: string): string[][] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| -/.test(line))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** The text below a heading, up to the next one. */
const section = (markdown: string, heading: string): string =>
  markdown.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0]?.trim() ?? '';

describe('the pages of the errors', () => {
  it('are one for each code, and no more', () => {
    const expected = [...Object.keys(ERRORS).map((code) => `${code}.md`), 'README.md'];
    expect(readdirSync(folder).sort()).toEqual(expected.sort());
  });

  it.each(definitions)(
    'say of %s what the registry says: title, retry class, status',
    (code, { title, retry, httpStatus }) => {
      const page = read(`${code}.md`);
      expect(page.split('\n')[0]).toBe(`# ${code}: ${title}`);
      expect(tableRows(page)).toEqual([[retry, String(httpStatus)]]);
    },
  );

  it.each(definitions)('say of %s why it happens and, first of all, how to mend it', (code, { fix }) => {
    const page = read(`${code}.md`);
    const causes = section(page, 'Why it happens')
      .split('\n')
      .filter((line) => line.startsWith('- '));
    expect(causes.length).toBeGreaterThanOrEqual(2);
    expect(section(page, 'What to do').split('\n')[0]).toBe(fix);
  });

  it('are all listed in the index, in the order of the registry', () => {
    expect(tableRows(read('README.md'))).toEqual(
      definitions.map(([code, { retry, httpStatus, title }]) => [
        `[${code}](${code}.md)`,
        retry,
        String(httpStatus),
        title,
      ]),
    );
  });
});

describe('the definitions of the errors', () => {
  it.each(definitions)('give %s a fix of one sentence', (_code, { fix }) => {
    expect(fix).toMatch(/^[A-Z].*\.$/);
    expect(fix.slice(0, -1)).not.toMatch(/[.!?]\s+[A-Z]/);
  });

  it.each(definitions)('give %s a title of one clause without a full stop', (_code, { title }) => {
    expect(title).toMatch(/^[A-Z].*[^.!?]$/);
  });

  it.each(definitions)('give %s a status that fits an error', (_code, { httpStatus }) => {
    expect(httpStatus).toBeGreaterThanOrEqual(400);
    expect(httpStatus).toBeLessThan(600);
  });
});
