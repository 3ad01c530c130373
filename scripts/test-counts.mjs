/** How many tests passed, from the reports of the test runners. Pure. */

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} empty suites of which no test passed or failed: something is wrong with them
 */

/** @type {Counts} */
export const NO_COUNTS = { passed: 0, failed: 0, skipped: 0, empty: [] };

/**
 * @param {TestReport | undefined} report
 * @param {number} exitCode of Vitest
 * @param {readonly string[]} suites the projects that were asked for, each with its tests below `test/<name>/`
 * @returns {Counts}
 */
export function countVitest(report, exitCode, suites) {
  const files = report?.files ?? [];
  const ran = files.filter(({ passed, failed }) => passed + failed > 0);
  const counts = {
    passed: sum(files.map(({ passed }) => passed)),
    failed: sum(files.map(({ failed }) => failed)),
    skipped: sum(files.map(({ skipped }) => skipped)),
    empty: suites.filter((suite) => !ran.some(({ file }) => file.includes(`/test/${suite}/`))),
  };
  return withFailure(counts, exitCode);
}

/** @typedef {import('./test-report.mjs').TestReport} TestReport */

/** More failed files than this are no accident: they are not run again. */
const MOST_REPEATED_FILES = 4;

/**
 * The files to run again after a failed run: those that failed, and those during which an error outside of all tests
 * came up. None where there are many, or where such an error belongs to no file.
 *
 * @param {TestReport} report
 * @returns {readonly string[]}
 */
export function filesToRepeat({ files, strayErrors }) {
  if (strayErrors.includes(null)) return [];
  const failed = files.filter(({ ok }) => !ok).map(({ file }) => file);
  const chosen = [...new Set([...failed, ...strayErrors.filter((file) => file !== null)])];
  return chosen.length <= MOST_REPEATED_FILES ? chosen : [];
}

/**
 * The report as if each repeated file had run only the second time.
 *
 * @param {TestReport} report
 * @param {TestReport} again
 * @returns {TestReport}
 */
export function withRepeated(report, again) {
  const repeated = new Map(again.files.map((result) => [result.file, result]));
  return {
    files: report.files.map((result) => repeated.get(result.file) ?? result),
    strayErrors: again.strayErrors,
  };
}

/**
 * @param {string | undefined} report of pytest's `--junitxml`
 * @param {number} exitCode
 * @param {string} suiteName
 * @returns {Counts}
 */
export function countPytest(report, exitCode, suiteName) {
  const suite = /<testsuite\s[^>]*>/.exec(report ?? '')?.[0] ?? '';
  /** @param {string} name */
  const attribute = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = attribute('failures') + attribute('errors');
  const skipped = attribute('skipped');
  const passed = attribute('tests') - failed - skipped;
  return withFailure({ passed, failed, skipped, empty: passed + failed === 0 ? [suiteName] : [] }, exitCode);
}

/** @param {readonly Counts[]} counts */
export function sumCounts(counts) {
  return counts.reduce((sum, { passed, failed, skipped, empty }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
    empty: [...sum.empty, ...empty],
  }));
}

/** @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * A runner that fails without a failed test (a file that does not load, an error outside of all tests, a crash)
 * counts as one failure.
 *
 * @param {Counts} counts
 * @param {number} exitCode
 */
function withFailure(counts, exitCode) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
