import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkKey } from '../../../src/domain/artifact-key.ts';

const isKey = (text: string): boolean => {
  try {
    checkKey(text);
    return true;
  } catch {
    return false;
  }
};

test('every key that is accepted names a path strictly below the root, the same when normalized', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('a', 'B', '0', '.', '/', '\\', '~', '-', '_', '\0', ' ', ':'),
  });
  fc.assert(
    fc.property(hostile, (text) => {
      fc.pre(isKey(text));
      expect(posix.join('/store', text)).toBe(`/store/${text}`);
      expect(text).not.toMatch(/(^|\/)\./);
    }),
    { numRuns: 500 },
  );
});

test('the keys of jobs, chunks and cached stages are accepted', () => {
  const keys = [
    'jobs/user_01h455vb4pex5vsknk084sn02q/job_01h455vb4pex5vsknk084sn02q/core.json',
    `cache/transcribeChunk/${'a'.repeat(64)}.json`,
    'work/job_1/chunk-0001.flac',
  ];
  expect(keys.filter((key) => !isKey(key))).toEqual([]);
});

test('a key or a part of it that is too long for a file system is refused', () => {
  expect(isKey('a'.repeat(200))).toBe(true);
  expect(isKey('a'.repeat(201))).toBe(false);
  expect(isKey(Array.from({ length: 300 }, () => 'ab').join('/'))).toBe(false);
});
