/** One line of the benchmark table. */
export interface Row {
  /** Letter and name of the benchmark, as in docs/benchmarks.md. */
  benchmark: string;
  measured: string;
  /** The peer or the physical limit, run in the same minutes. */
  beside: string;
  target: string;
}

/** Benchmarks as a table. */
export const benchmarkTable = (rows: readonly Row[]): string =>
  markdownTable(
    ['benchmark', 'measured', 'beside', 'target'],
    rows.map((row) => [row.benchmark, row.measured, row.beside, row.target]),
  );

/** A table as Markdown, so that it can go into docs/ as it is. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The value below which a share of the sorted values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Milliseconds in the middle and at their end. */
export const percentiles = (milliseconds: readonly number[]): string =>
  `p50 ${percentile(milliseconds, 0.5).toFixed(0)} ms · p99 ${percentile(milliseconds, 0.99).toFixed(0)} ms`;
