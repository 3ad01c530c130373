/** A reporter of Vitest that writes what each file came to into the file named by CLIPSCRIBE_TEST_REPORT. */
import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} FileResult
 * @property {string} file
 * @property {boolean} ok false also where a hook or the file itself failed
 * @property {number} passed tests
 * @property {number} failed tests
 * @property {number} skipped tests
 */

/**
 * @typedef {object} TestReport
 * @property {readonly FileResult[]} files
 * @property {readonly (string | null)[]} strayErrors the file during which each error outside of all tests came up,
 *   where it is known
 */

export default class TestReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest').SerializedError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {TestReport} */
    const report = {
      files: modules.map(toFileResult),
      strayErrors: unhandledErrors.map(fileOf),
    };
    writeFileSync(/** @type {string} */ (process.env.CLIPSCRIBE_TEST_REPORT), JSON.stringify(report));
  }
}

/**
 * @param {import('vitest/node').TestModule} module
 * @returns {FileResult}
 */
function toFileResult(module) {
  /** @param {'passed' | 'failed' | 'skipped'} state */
  const count = (state) => [...module.children.allTests(state)].length;
  return {
    file: module.moduleId.replaceAll('\\', '/'),
    ok: module.ok(),
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
  };
}

/** @param {import('vitest').SerializedError} error */
function fileOf({ VITEST_TEST_PATH: file }) {
  return typeof file === 'string' ? file.replaceAll('\\', '/') : null;
}
