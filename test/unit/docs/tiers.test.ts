import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GIB } from '../../../src/domain/gib.ts';
import { TIERS } from '../../../src/domain/tiers.ts';

test('docs/accounts.md tells the limits of every tier', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/accounts.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` .*$/gm)].map(([row]) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(rows).toEqual(
    Object.entries(TIERS).map(([name, tier]) => [
      `\`${name}\``,
      String(tier.videosPerMonth),
      `${tier.longestVideoSeconds / 3600} h`,
      String(tier.runningAtOnce),
      `$${tier.ceilings.dayUsd}`,
      `$${tier.ceilings.monthUsd}`,
      String(tier.weight),
      `${tier.unusedUploadBytes / GIB} GiB`,
    ]),
  );
});
