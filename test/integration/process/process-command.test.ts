import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Runs `clipscribe` as its users do. */
function clipscribe(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = join(import.meta.dirname, '../../../bin/clipscribe.mjs');
  return spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
}

test.each([
  ['worker', /--role <role> .*short.*long.*all.*download/s],
  ['api', /Answers REST requests/],
])('%s --help tells what it takes and starts nothing', (name, described) => {
  const { status, stdout, stderr } = clipscribe(name, '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`Usage: clipscribe ${name}`);
  expect(stdout).toMatch(described);
});

test.each([
  [['worker', '--role', 'gpu'], /'gpu' is invalid. Allowed choices are short, long, all, download/],
  [['worker', 'short'], /too many arguments/],
  [['api', '--port', '3000'], /unknown option '--port'/],
])('%j ends 2 with a sentence on what is wrong', (words, reason) => {
  const { status, stdout, stderr } = clipscribe(...words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(reason);
  expect(stderr).not.toContain('    at ');
});
