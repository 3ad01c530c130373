import { describe, expect, it } from 'vitest';
import { closingLine, countPytest, countVitest, sumCounts } from '../../../scripts/test-counts.mjs';

const vitestReport = (counts: { passed: number; failed: number; skipped: number }) =>
  JSON.stringify({
    numPassedTests: counts.passed,
    numFailedTests: counts.failed,
    numPendingTests: counts.skipped,
    numTodoTests: 0,
    testResults: [
      { name: '/p/test/unit/a.test.ts', assertionResults: [{ status: 'passed' }] },
      { name: '/p/test/replay/b.test.ts', assertionResults: [{ status: 'skipped' }] },
    ],
  });
const pytestReport = (attributes: string) =>
  `<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" ${attributes} time="0.1" /></testsuites>`;

describe('countVitest', () => {
  it('counts tests and names the suites of which none ran', () => {
    const counts = countVitest(vitestReport({ passed: 5, failed: 0, skipped: 1 }), 0, [
      'unit',
      'replay',
      'e2e',
    ]);
    expect(counts).toEqual({ passed: 5, failed: 0, skipped: 1, empty: ['replay', 'e2e'] });
  });

  it('counts a failure of the run itself, and a run without a report, as one failed test', () => {
    expect(countVitest(vitestReport({ passed: 5, failed: 0, skipped: 0 }), 1, ['unit']).failed).toBe(1);
    expect(countVitest(undefined, 1, ['unit'])).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      empty: ['unit'],
    });
  });

  it('does not count failed tests twice', () => {
    expect(countVitest(vitestReport({ passed: 5, failed: 2, skipped: 0 }), 1, ['unit']).failed).toBe(2);
  });
});

describe('countPytest', () => {
  it('counts failures and errors as failed', () => {
    const report = pytestReport('errors="1" failures="2" skipped="3" tests="10"');
    expect(countPytest(report, 1, 'python')).toEqual({ passed: 4, failed: 3, skipped: 3, empty: [] });
  });

  it('names the suite when no test ran, which pytest ends with code 5', () => {
    const report = pytestReport('errors="0" failures="0" skipped="0" tests="0"');
    expect(countPytest(report, 5, 'python')).toEqual({ passed: 0, failed: 1, skipped: 0, empty: ['python'] });
  });
});

describe('closingLine', () => {
  it('sums the suites up in the form that other programs read', () => {
    const counts = sumCounts([
      { passed: 5, failed: 0, skipped: 1, empty: [] },
      { passed: 2, failed: 1, skipped: 0, empty: [] },
    ]);
    expect(closingLine(counts)).toBe('7 passed, 1 failed, 1 skipped');
    expect(closingLine({ passed: 1, failed: 0, skipped: 0, empty: [] })).toBe('1 passed, 0 failed');
  });
});
