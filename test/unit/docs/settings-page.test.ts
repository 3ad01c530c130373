import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environmentSchema } from '../../../src/config/environment-schema.ts';

const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');

/** Variable and default of each row of the first table. */
const rows = (page.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, 3)
      .map((cell) => cell.trim()),
  );

describe('docs/settings.md', () => {
  it('lists every setting, in the order of the schema', () => {
    expect(rows.map(([name]) => name)).toEqual(
      Object.keys(environmentSchema.shape).map((name) => `\`${name}\``),
    );
  });

  it('gives the default of every setting that has a fixed one', () => {
    const written = rows.flatMap(([name, value]) => {
      const literal = /^`([^`]+)`$/.exec(value ?? '')?.[1];
      return literal === undefined ? [] : [[(name ?? '').replaceAll('`', ''), literal]];
    });
    const actual = Object.entries(environmentSchema.parse({}))
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]);
    expect(written).toEqual(actual);
  });
});
