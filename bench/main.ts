import { parseArgs } from 'node:util';
import { benchSixHours } from './six-hours.ts';
import { benchSubmitLatency } from './submit-latency.ts';
import { markdownTable, type Row } from './table.ts';

/** `npm run bench [-- NAME …] [--media DIR]`: runs the benchmarks named, or all, and prints one table. */
const BENCHMARKS: Record<string, () => Promise<Row[]>> = {
  'submit-latency': benchSubmitLatency,
  'six-hours': benchSixHours,
};

const { positionals } = parseArgs({ allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const rows: Row[] = [];
for (const name of names) {
  const run = BENCHMARKS[name];
  if (run === undefined) {
    process.stderr.write(
      `There is no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}.\n`,
    );
    process.exit(2);
  }
  process.stderr.write(`running ${name} …\n`);
  rows.push(...(await run()));
}
process.stdout.write(`${markdownTable(rows)}\n`);
process.exit(0);
