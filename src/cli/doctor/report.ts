import { styleText } from 'node:util';
import { plain } from '../terminal/draw.ts';
import type { Finding } from './finding.ts';

const MARKS = {
  ok: styleText('green', '✔'),
  warning: styleText('yellow', '!'),
  missing: styleText('red', '✖'),
} as const;

/** The findings as a table, each fault with what mends it, and one line that sums up. */
export function drawReport(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, status, detail, fix }) => [
    `${MARKS[status]} ${name.padEnd(width)}  ${plain(detail)}`,
    ...(fix === null ? [] : [`  ${' '.repeat(width)}  → ${fix}`]),
  ]);
  return `${[...lines, '', summary(findings)].join('\n')}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const warnings = count('warning');
  const told = warnings === 0 ? '' : ` (${warnings} ${warnings === 1 ? 'warning' : 'warnings'})`;
  if (isWell(findings)) return `ClipScribe is ready${told}.`;
  return `ClipScribe is not ready: ${count('missing')} of ${findings.length} checks failed${told}.`;
}

/** Whether jobs can run. */
export const isWell = (findings: readonly Finding[]): boolean =>
  findings.every(({ status }) => status !== 'missing');
