/** Runs Vitest, on request with a second try for the files that failed. */
import path from 'node:path';

import { readIfThere } from './read-if-there.mjs';
import { runNode } from './setup/run-program.mjs';
import { countVitest, filesToRepeat, withRepeated } from './test-counts.mjs';

/**
 * @typedef {object} VitestRun
 * @property {string} node
 * @property {string} checkout
 * @property {readonly string[]} projects of its vitest.config.ts
 * @property {string} reports a folder for the reports
 * @property {boolean} repeatsFailed whether files that fail run once more; those that pass then are named
 */

/** @typedef {import('./test-counts.mjs').Counts} Counts */
/** @typedef {import('./test-report.mjs').TestReport} TestReport */

/**
 * @param {VitestRun} run
 * @returns {Promise<Counts>}
 */
export async function runVitest(run) {
  const { exitCode, report } = await runOnce(run, [], 'vitest.json');
  const repeated = run.repeatsFailed && exitCode !== 0 && report !== undefined ? filesToRepeat(report) : [];
  if (report === undefined || repeated.length === 0) return countVitest(report, exitCode, run.projects);

  process.stdout.write(`\nRunning again what failed:\n${listed(run.checkout, repeated)}\n`);
  const again = await runOnce(run, repeated, 'vitest-again.json');
  if (again.report === undefined) return countVitest(report, exitCode, run.projects);
  if (again.exitCode === 0) {
    process.stdout.write(
      `\nUnsteady: failed first and passed when run again:\n${listed(run.checkout, repeated)}\n\n`,
    );
  }
  return countVitest(withRepeated(report, again.report), again.exitCode, run.projects);
}

/**
 * @param {VitestRun} run
 * @param {readonly string[]} files only these; all of the projects where empty
 * @param {string} reportName
 */
async function runOnce({ node, checkout, projects, reports }, files, reportName) {
  const reportFile = path.join(reports, reportName);
  const vitest = path.join(checkout, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = path.join(import.meta.dirname, 'test-report.mjs');
  const parameters = [
    'run',
    ...files,
    '--root',
    checkout,
    ...projects.flatMap((project) => ['--project', project]),
  ];
  const exitCode = await runNode(
    node,
    [vitest, ...parameters, '--reporter=default', `--reporter=${reporter}`],
    {
      CLIPSCRIBE_TEST_REPORT: reportFile,
    },
  );
  const written = readIfThere(reportFile);
  /** @type {TestReport | undefined} */
  const report = written === undefined ? undefined : JSON.parse(written);
  return { exitCode, report };
}

/**
 * @param {string} checkout
 * @param {readonly string[]} files
 */
function listed(checkout, files) {
  return files.map((file) => `  ${path.relative(checkout, file)}`).join('\n');
}
