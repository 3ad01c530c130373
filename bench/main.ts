import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchApi } from './api.ts';
import { benchKill } from './kill.ts';
import { benchLength } from './length.ts';
import { benchReel } from './reel.ts';
import { benchSixHours } from './six-hours.ts';
import { benchSubmitLatency } from './submit-latency.ts';
import { benchmarkTable, type Row } from './table.ts';
import { benchWholeJob } from './whole-job.ts';

/**
 * `npm run bench -- [NAME …] [--media DIR]` runs the benchmarks named, or all, and prints one table. Those that
 * measure speech need a folder with recordings and a manifest.json that holds their reference texts. Reels are made of
 * `--clips 15` clips of `--megabytes 50` each.
 */
const BENCHMARKS: Record<string, (mediaFolder: string) => Promise<Row[]>> = {
  'whole-job': (mediaFolder) => benchWholeJob(mediaFolder, 10),
  length: benchLength,
  'submit-latency': benchSubmitLatency,
  kill: benchKill,
  'six-hours': benchSixHours,
  api: benchApi,
  reel: () => benchReel({ clips: Number(values.clips), megabytes: Number(values.megabytes) }),
};
const WITHOUT_MEDIA = ['submit-latency', 'six-hours', 'api', 'reel'];

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    media: { type: 'string', default: '' },
    clips: { type: 'string', default: '15' },
    megabytes: { type: 'string', default: '50' },
  },
});
const hasMedia = existsSync(join(values.media, 'manifest.json'));
const names = positionals.length > 0 ? positionals : hasMedia ? Object.keys(BENCHMARKS) : WITHOUT_MEDIA;
const rows: Row[] = [];
for (const name of names) {
  const run =
    BENCHMARKS[name] ??
    fail(`There is no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
  if (!hasMedia && !WITHOUT_MEDIA.includes(name))
    fail(`"${name}" needs recordings: add --media DIR, a folder with a manifest.json.`);
  process.stderr.write(`running ${name} …\n`);
  rows.push(...(await run(values.media)));
}
process.stdout.write(`${benchmarkTable(rows)}\n`);
process.exit(0);
