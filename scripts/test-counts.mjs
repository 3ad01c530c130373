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
 * @param {string | undefined} report of vitest's JSON reporter
 * @param {number} exitCode
 * @param {readonly string[]} suites the projects that were asked for, each with its tests below `test/<name>/`
 * @returns {Counts}
 */
export function countVitest(report, exitCode, suites) {
  if (report === undefined) return withFailure({ ...NO_COUNTS, empty: suites }, exitCode);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(report);
  /** @type {string[]} */
  const files = testResults
    .filter((/** @type {VitestFile} */ file) =>
      file.assertionResults.some(({ status }) => RAN.includes(status)),
    )
    .map((/** @type {VitestFile} */ file) => file.name.replaceAll('\\', '/'));
  const counts = {
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests + numTodoTests,
    empty: suites.filter((suite) => !files.some((file) => file.includes(`/test/${suite}/`))),
  };
  return withFailure(counts, exitCode);
}

/** @typedef {{ name: string, assertionResults: { status: string }[] }} VitestFile */

const RAN = ['passed', 'failed'];

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
