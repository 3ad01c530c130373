import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changed, CHECKOUT, pageBlocks } from '../../support/page-code.ts';

describe('docs/adding-a-job.md', () => {
  it('adds files that are not there yet', () => {
    expect(pageBlocks('ts').filter(({ file }) => existsSync(join(CHECKOUT, file)))).toEqual([]);
  });

  it.each(pageBlocks('diff'))('finds its place in $file', (block) => {
    const content = readFileSync(join(CHECKOUT, block.file), 'utf8');
    expect(changed(content, block)).not.toBe(content);
  });
});
