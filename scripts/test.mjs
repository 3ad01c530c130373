/**
 * `npm test`: sets everything up, then runs the tests, all of them or the suites named:
 * `npm test -- unit integration python`. With `--repeat-failed`, files that fail run once more, and those that pass then
 * are named. The last line sums all suites up.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readIfThere } from './read-if-there.mjs';
import { runVitest } from './run-vitest.mjs';
import { runMain, setUp } from './setup.mjs';
import { planPythonEnvironment } from './setup/python-environment.mjs';
import { runProgram } from './setup/run-program.mjs';
import { SetUpError } from './setup/set-up-error.mjs';
import { testSettings } from './setup/test-tools.mjs';
import { closingLine, countPytest, NO_COUNTS, sumCounts } from './test-counts.mjs';

/** The projects of vitest.config.ts, and the tests of the model server. */
const VITEST_PROJECTS = ['unit', 'integration', 'workflow', 'replay', 'e2e'];
const PYTHON = 'python';
/** Which need the tests' own tools: pytest, or the emulators of storage. */
const WITH_TEST_TOOLS = ['integration', 'e2e', PYTHON];

const REPEAT_FAILED = '--repeat-failed';

/** @typedef {import('./test-counts.mjs').Counts} Counts */
/** @typedef {import('./setup.mjs').SetUpResult} SetUpResult */

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
  return countPytest(readIfThere(report), code, PYTHON);
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
  const parameters = process.argv.slice(2);
  const repeatsFailed = parameters.includes(REPEAT_FAILED);
  const suites = chooseSuites(parameters.filter((parameter) => parameter !== REPEAT_FAILED));
  const ready = await setUp({ withTestTools: suites.some((suite) => WITH_TEST_TOOLS.includes(suite)) });
  process.chdir(ready.places.checkout);
  const reports = mkdtempSync(path.join(tmpdir(), 'clipscribe-test-'));
  try {
    const projects = suites.filter((suite) => suite !== PYTHON);
    const counts = sumCounts([
      projects.length > 0
        ? await runVitest({
            node: ready.node,
            checkout: ready.places.checkout,
            projects,
            reports,
            repeatsFailed,
          })
        : NO_COUNTS,
      suites.includes(PYTHON) ? await runPytest(ready, reports) : NO_COUNTS,
    ]);
    for (const suite of counts.empty) process.stdout.write(`The suite ${suite} ran no test.\n`);
    process.stdout.write(`${closingLine(counts)}\n`);
    return counts.failed === 0 && counts.empty.length === 0 ? 0 : 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
});
