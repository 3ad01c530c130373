import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MOMENT_FEATURES } from '../../../src/domain/moment-features.ts';

const page = readFileSync(new URL('../../../docs/reels.md', import.meta.url), 'utf8');

describe('docs/reels.md', () => {
  it('gives every sign of a moment its weight', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| +(\d\.\d+) \|/gmu)].map(([, sign, weight]) => [
      sign,
      Number(weight),
    ]);
    expect(rows).toEqual(Object.entries(MOMENT_FEATURES).map(([sign, { weight }]) => [sign, weight]));
  });
});
