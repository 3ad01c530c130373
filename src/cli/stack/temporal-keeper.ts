/**
 * Runs the Temporal dev server for a local stack: `temporal-keeper.ts HOME PROGRAM ARGUMENT…`. The server
 * itself would not notice when the stack is killed; this process does, by the end of its standard input. It
 * also holds the database for itself, so that two servers never write to one file.
 */
import { spawn } from 'node:child_process';
import { takeExclusively } from '../../config/exclusive.ts';

/** The worker and the API drain first: they need the server to hand over their work. */
const OWNER_GONE_GRACE_MS = 12_000;
const FORCE_MS = 10_000;
/** How long a killed stack's server may take to end before this one starts. */
const WAIT_FOR_DATABASE_MS = 40_000;

const [home = '', program = '', ...parameters] = process.argv.slice(2);

const started = Date.now();
while ((await takeExclusively(home, 'temporal-database')) === undefined) {
  if (Date.now() - started > WAIT_FOR_DATABASE_MS) {
    process.stdout.write(
      `${JSON.stringify({ reason: 'Another Temporal server still uses the database.' })}\n`,
    );
    process.exit(2);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}

// A group of its own: Ctrl-C in the terminal is for the stack, which ends the server last.
const server = spawn(program, parameters, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
server.once('error', (error) => {
  process.stdout.write(`${JSON.stringify({ reason: `${program} cannot be started: ${error.message}` })}\n`);
  process.exit(2);
});
server.once('exit', (code) => process.exit(code ?? 1));
process.stdout.write(`${JSON.stringify({ processId: server.pid })}\n`);

const end = (): void => {
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), FORCE_MS).unref();
};
process.once('SIGTERM', end);
process.on('SIGINT', () => undefined);
process.stdin.once('end', () => setTimeout(end, OWNER_GONE_GRACE_MS)).resume();
