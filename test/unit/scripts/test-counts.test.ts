import { describe, expect, it } from 'vitest';
import {
  closingLine,
  countPytest,
  countVitest,
  filesToRepeat,
  sumCounts,
  withRepeated,
} from '../../../scripts/test-counts.mjs';
import type { FileResult, TestReport } from '../../../scripts/test-report.mjs';

const result = (file: string, counts: Partial<FileResult> = {}): FileResult => ({
  file: `/p/test/${file}`,
  ok: true,
  passed: 0,
  failed: 0,
  skipped: 0,
  ...counts,
});
const reportOf = (files: FileResult[], strayErrors: (string | null)[] = []): TestReport => ({
  files,
  strayErrors,
});
const pytestReport = (attributes: string) =>
  `<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" ${attributes} time="0.1" /></testsuites>`;

describe('countVitest', () => {
  it('counts tests and names the suites of which none ran', () => {
    const report = reportOf([
      result('unit/a.test.ts', { passed: 5 }),
      result('replay/b.test.ts', { skipped: 1 }),
    ]);
    const counts = countVitest(report, 0, ['unit', 'replay', 'e2e']);
    expect(counts).toEqual({ passed: 5, failed: 0, skipped: 1, empty: ['replay', 'e2e'] });
  });

  it('counts a failure of the run itself, and a run without a report, as one failed test', () => {
    const report = reportOf([result('unit/a.test.ts', { passed: 5 })]);
    expect(countVitest(report, 1, ['unit']).failed).toBe(1);
    expect(countVitest(undefined, 1, ['unit'])).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      empty: ['unit'],
    });
  });

  it('does not count failed tests twice', () => {
    const report = reportOf([result('unit/a.test.ts', { ok: false, passed: 5, failed: 2 })]);
    expect(countVitest(report, 1, ['unit']).failed).toBe(2);
  });
});

describe('filesToRepeat', () => {
  it('chooses files that failed, in a test or a hook, and those of stray errors', () => {
    const files = [
      result('e2e/a.test.ts', { ok: false, passed: 1, failed: 1 }),
      result('e2e/b.test.ts', { ok: false, skipped: 2 }),
      result('e2e/c.test.ts', { passed: 3 }),
      result('e2e/d.test.ts', { passed: 3 }),
    ];
    const chosen = filesToRepeat(reportOf(files, ['/p/test/e2e/c.test.ts', '/p/test/e2e/a.test.ts']));
    expect(chosen).toEqual(['/p/test/e2e/a.test.ts', '/p/test/e2e/b.test.ts', '/p/test/e2e/c.test.ts']);
  });

  it('chooses none where many failed, or where an error belongs to no file', () => {
    const failed = [1, 2, 3, 4, 5].map((number) => result(`unit/${String(number)}.test.ts`, { ok: false }));
    expect(filesToRepeat(reportOf(failed))).toEqual([]);
    expect(filesToRepeat(reportOf(failed.slice(0, 1), [null]))).toEqual([]);
  });
});

describe('withRepeated', () => {
  it('takes the second result of each file that ran again', () => {
    const report = reportOf(
      [result('e2e/a.test.ts', { ok: false, failed: 1 }), result('e2e/b.test.ts', { passed: 2 })],
      ['/p/test/e2e/a.test.ts'],
    );
    const again = reportOf([result('e2e/a.test.ts', { passed: 1 })]);
    expect(withRepeated(report, again)).toEqual(
      reportOf([result('e2e/a.test.ts', { passed: 1 }), result('e2e/b.test.ts', { passed: 2 })]),
    );
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
