import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { fairTurns } from './fair-turns.ts';
import { idleStart } from './idle-start.ts';
import { killedWorkers } from './killed-workers.ts';
import { longQueue } from './long-queue.ts';
import { loadTable, type Scenario } from './scenario.ts';
import { tenAtOnce } from './ten-at-once.ts';

/**
 * `npm run load -- [SCENARIO …] [--seed N] [--scale S]` puts load on real servers of its own and prints a table as each
 * scenario ends. Ends with 1 where a target is missed.
 */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'ten-at-once': tenAtOnce,
  'fair-turns': fairTurns,
  'killed-workers': killedWorkers,
  'idle-start': idleStart,
  'long-queue': longQueue,
};

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

// Processes that a scenario has started end with this one, also on Ctrl-C.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, scale: { type: 'string', default: '1' } },
});
const options = { seed: Number(values.seed), scale: Number(values.scale) };
if (!Number.isSafeInteger(options.seed)) fail('--seed is a whole number.');
if (!(options.scale > 0 && options.scale <= 1)) fail('--scale is above 0 and at most 1.');
let isMissed = false;
for (const name of positionals.length > 0 ? positionals : Object.keys(SCENARIOS)) {
  const run =
    SCENARIOS[name] ??
    fail(`There is no scenario "${name}"; there are ${Object.keys(SCENARIOS).join(', ')}.`);
  process.stderr.write(`running ${name}, load average ${loadavg()[0]?.toFixed(1)} …\n`);
  const rows = await run(options);
  process.stdout.write(`${loadTable(rows)}\n\n`);
  isMissed ||= rows.some(({ holds }) => holds === false);
}
process.exit(isMissed ? 1 : 0);
