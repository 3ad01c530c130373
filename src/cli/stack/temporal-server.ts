import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { homeFolders } from '../../config/home.ts';
import { SEARCH_ATTRIBUTES } from '../../contracts/jobs.ts';
import { CliError } from '../cli-error.ts';

/**
 * Fair turns between users and priorities need the new matcher and one partition per queue: with the default
 * four partitions the order breaks. The last two let workers be listed.
 */
const DYNAMIC_CONFIGURATION = {
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  'matching.enableMigration': true,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'frontend.WorkerHeartbeatsEnabled': true,
  'frontend.ListWorkersEnabled': true,
};

/** As the server's command line names the types of search attributes that we use. */
const TYPE_NAMES: Readonly<Record<string, string>> = { KEYWORD: 'Keyword', INT: 'Int', DOUBLE: 'Double' };

/** How long ended jobs can be asked for; the dev server's own default is one day. */
const RETENTION = '30d';
const START_TIMEOUT_MS = 60_000;
const RETRY_MS = 200;

/** The arguments of the dev server over the database of this home. */
export const temporalServerParameters = (home: string, ports: { port: number; uiPort: number }): string[] => [
  'server',
  'start-dev',
  ...['--ip', '127.0.0.1', '--port', String(ports.port), '--ui-port', String(ports.uiPort)],
  ...['--db-filename', homeFolders(home).temporalDatabase, '--log-level', 'warn'],
  ...Object.values(SEARCH_ATTRIBUTES).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${TYPE_NAMES[type] ?? type}`,
  ]),
  ...Object.entries(DYNAMIC_CONFIGURATION).flatMap(([name, value]) => [
    '--dynamic-config-value',
    `${name}=${value}`,
  ]),
];

/**
 * Waits until the server takes work, and has it keep ended jobs for a month.
 *
 * @throws CliError when it does not answer in time
 */
export async function prepareTemporalServer(address: string, namespace: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      try {
        await connection.workflowService.updateNamespace({
          namespace,
          config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
        });
      } finally {
        await connection.close();
      }
      return;
    } catch (cause) {
      if (Date.now() > deadline) {
        throw new CliError(`The Temporal server at ${address} does not answer.`, {
          fix: 'Look into the log that is named above, or run `npx clipscribe doctor`.',
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/**
 * Ends a dev server that a killed stack has left: only the process that the stack noted, and only if it still
 * is a server over this home's database.
 */
export async function endLeftTemporalServer(home: string, processId: number): Promise<void> {
  if (!(await isOurServer(home, processId))) return;
  process.kill(processId, 'SIGTERM');
  const deadline = Date.now() + 10_000;
  while (await isOurServer(home, processId)) {
    if (Date.now() > deadline) process.kill(processId, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function isOurServer(home: string, processId: number): Promise<boolean> {
  // Windows has no `ps`; there the database's own lock speaks, as an error of the new server.
  if (process.platform === 'win32') return false;
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(processId)]).catch(
    () => ({
      stdout: '',
    }),
  );
  return (
    stdout.includes('start-dev') &&
    stdout.includes(homeFolders(home).temporalDatabase) &&
    !stdout.includes('keeper')
  );
}
