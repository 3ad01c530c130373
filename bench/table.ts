/** One line of the benchmark table. */
export interface Row {
  /** Letter and name of the benchmark, as in docs/benchmarks.md. */
  benchmark: string;
  measured: string;
  /** The peer or the physical limit, run in the same minutes. */
  beside: string;
  target: string;
}

/** The table as Markdown, so that it can go into docs/benchmarks.md as it is. */
export function markdownTable(rows: readonly Row[]): string {
  const header = '| benchmark | measured | beside | target |\n| --- | --- | --- | --- |';
  const cells = (row: Row): string[] => [row.benchmark, row.measured, row.beside, row.target];
  return [header, ...rows.map((row) => `| ${cells(row).join(' | ')} |`)].join('\n');
}

/** The value below which a share of the sorted values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
