import fc from 'fast-check';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, keyOf, readJson, writeJson } from '../../../scripts/setup/stamps.mjs';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clipscribe-stamps-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('keyOf', () => {
  it('is the same for the same parts and another for others, however they are split', () => {
    const parts = fc.array(fc.string());
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const same = JSON.stringify(left) === JSON.stringify(right);
        expect(keyOf(left) === keyOf(right)).toBe(same);
      }),
    );
    expect(keyOf(['ab', 'c'])).not.toBe(keyOf(['a', 'bc']));
  });
});

describe('fingerprint', () => {
  it('follows a link and changes when what it leads to does', () => {
    const program = join(directory, 'python3.11');
    const link = join(directory, 'python');
    writeFileSync(program, 'one');
    symlinkSync(program, link);
    const before = fingerprint(link);
    expect(before).toBe(fingerprint(program));
    writeFileSync(program, 'another');
    expect(fingerprint(link)).not.toBe(before);
  });

  it('is undefined for a link that leads nowhere', () => {
    symlinkSync(join(directory, 'gone'), join(directory, 'python'));
    expect(fingerprint(join(directory, 'python'))).toBeUndefined();
  });
});

describe('writeJson and readJson', () => {
  it('give back what was written and leave nothing else', () => {
    const file = join(directory, 'below', 'tools.json');
    writeJson(file, { a: 1 });
    writeJson(file, { a: 2 });
    expect(readJson(file)).toEqual({ a: 2 });
    expect(readdirSync(join(directory, 'below'))).toEqual(['tools.json']);
  });

  it('read a missing and a damaged file as undefined', () => {
    const file = join(directory, 'tools.json');
    expect(readJson(file)).toBeUndefined();
    writeFileSync(file, '{"a":');
    expect(readJson(file)).toBeUndefined();
  });
});
