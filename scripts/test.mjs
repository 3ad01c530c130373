/**
 * `npm test`: sets everything up, then runs the tests, all of them or the suites named:
 * `npm test -- unit integration python`. The last line sums all suites up.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runMain, setUp } from './setup.mjs';
import { planPythonEnvironment } from './setup/python-environment.mjs';
import { runNode, runProgram } from './setup/run-program.mjs';
import { SetUpError } from './setup/set-up-error.mjs';
import { testSettings } from './setup/test-tools.mjs';
import { closingLine, countPytest, countVitest, NO_COUNTS, sumCounts } from './test-counts.mjs';

/** The projects of vitest.config.ts, and the tests of the model server. */
const VITEST_PROJECTS = ['unit', 'integration', 'workflow', 'replay', 'e2e'];
const PYTHON = 'python';
/** Which need the tests' own tools: pytest, or the emulators of storage. */
const WITH_TEST_TOOLS = ['integration', 'e2e', PYTHON];

/** @typedef {import('./test-counts.mjs').Counts} Counts */
/** @typedef {import('./setup.mjs').SetUpResult} SetUpResult */

/**
 * @param {SetUpResult} ready
 * @param {readonly string[]} projects
 * @param {string} reports
 * @returns {Promise<Counts>}
 */
async function runVitest({ places, node }, projects, reports) {
  const report = path.join(reports, 'vitest.json');
  const vitest = path.join(places.checkout, 'node_modules', 'vitest', 'vitest.mjs');
  const parameters = ['run', ...projects.flatMap((project) => ['--project', project])];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runNode(node, [vitest, ...parameters, ...reporters]);
  return countVitest(read(report), code, projects);
}

/**
 * @param {SetUpResult} ready
 * @param {string} reports
 * @returns {Promise<Counts>}
 */
async function runPytest({ places, tools }, reports) {
  const report = path.join(reports, 'pytest.xml');
  const tests = path.join('inference', 'tests');
  const parameters = ['-m', 'pytest', tests, '-q', '-p', 'no:cacheprovider', `--junitxml=${report}`];
  const planned = planPythonEnvironment(places, process.env);
  const code = await runProgram(tools.python, parameters, testSettings(places, planned, process.env));
  return countPytest(read(report), code, PYTHON);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {readonly string[]} names */
function chooseSuites(names) {
  const known = [...VITEST_PROJECTS, PYTHON];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new SetUpError(`There is no suite ${unknown.join(', ')}; the suites are ${known.join(', ')}.`);
  }
  return names.length > 0 ? names : known;
}

await runMain(async () => {
  const suites = chooseSuites(process.argv.slice(2));
  const ready = await setUp({ withTestTools: suites.some((suite) => WITH_TEST_TOOLS.includes(suite)) });
  process.chdir(ready.places.checkout);
  const reports = mkdtempSync(path.join(tmpdir(), 'clipscribe-test-'));
  try {
    const projects = suites.filter((suite) => suite !== PYTHON);
    const counts = sumCounts([
      projects.length > 0 ? await runVitest(ready, projects, reports) : NO_COUNTS,
      suites.includes(PYTHON) ? await runPytest(ready, reports) : NO_COUNTS,
    ]);
    for (const suite of counts.empty) process.stdout.write(`The suite ${suite} ran no test.\n`);
    process.stdout.write(`${closingLine(counts)}\n`);
    return counts.failed === 0 && counts.empty.length === 0 ? 0 : 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
});
