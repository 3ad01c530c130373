import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../../support/test-folder.ts';

const RUN_VITEST = new URL('../../../scripts/run-vitest.mjs', import.meta.url).href;
const CONFIG = `export default { test: { projects: [{ test: { name: 'unit', include: ['test/unit/*.test.mjs'] } }] } };`;
const STEADY = `import { it } from 'vitest'; it('holds', () => {});`;
/** Fails where it has not run before. */
const FAILS_FIRST = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { expect, it } from 'vitest';
  const seen = new URL('./seen', import.meta.url);
  it('holds from the second time on', () => {
    const again = existsSync(seen);
    writeFileSync(seen, '');
    expect(again).toBe(true);
  });`;
const ALWAYS_FAILS = `import { expect, it } from 'vitest'; it('never holds', () => { expect(1).toBe(2); });`;
/** Passes, with an error outside of all tests the first time. */
const STRAY_FIRST = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { it } from 'vitest';
  const seen = new URL('./seen', import.meta.url);
  it('leaves a rejection behind', async () => {
    if (!existsSync(seen)) void Promise.reject(new Error('nobody waits for this'));
    writeFileSync(seen, '');
    await new Promise((resolve) => setTimeout(resolve, 50));
  });`;

/** Runs the tests in a process of their own, whose output can be read. */
const runWith = async (tests: Record<string, string>, repeatsFailed: boolean) => {
  const checkout = testFolder();
  mkdirSync(join(checkout, 'test', 'unit'), { recursive: true });
  symlinkSync(join(import.meta.dirname, '..', '..', '..', 'node_modules'), join(checkout, 'node_modules'));
  writeFileSync(join(checkout, 'vitest.config.mjs'), CONFIG);
  for (const [name, code] of Object.entries(tests)) {
    writeFileSync(join(checkout, 'test', 'unit', `${name}.test.mjs`), code);
  }
  const reports = testFolder();
  const run = { node: process.execPath, checkout, projects: ['unit'], reports, repeatsFailed };
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { runVitest } from ${JSON.stringify(RUN_VITEST)};
     console.log('\\n' + JSON.stringify(await runVitest(${JSON.stringify(run)})));`,
  ]);
  return { output: stdout, counts: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as unknown };
};

describe('runVitest', () => {
  it('passes where a file that failed passes the second time, and names it', async () => {
    const { counts, output } = await runWith({ steady: STEADY, unsteady: FAILS_FIRST }, true);
    expect(counts).toEqual({ passed: 2, failed: 0, skipped: 0, empty: [] });
    expect(output).toMatch(/Unsteady.*:\n {2}test\/unit\/unsteady\.test\.mjs\n\n/);
  });

  it('fails at once where it was not asked to repeat', async () => {
    const { counts, output } = await runWith({ steady: STEADY, unsteady: FAILS_FIRST }, false);
    expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0, empty: [] });
    expect(output).not.toContain('Unsteady');
  });

  it('fails where a file fails twice', async () => {
    const tests = { steady: STEADY, broken: ALWAYS_FAILS, unsteady: FAILS_FIRST };
    const { counts, output } = await runWith(tests, true);
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: 0, empty: [] });
    expect(output).not.toContain('Unsteady');
  });

  it('repeats a file during which an error came up outside of all tests', async () => {
    expect((await runWith({ stray: STRAY_FIRST }, true)).counts).toMatchObject({ passed: 1, failed: 0 });
    expect((await runWith({ stray: STRAY_FIRST }, false)).counts).toMatchObject({ passed: 1, failed: 1 });
  });
});
