import { Client, Connection } from '@temporalio/client';
import { probeFairTurns } from '../adapters/temporal/fair-turns-probe.ts';
import { loadTemporalSettings } from '../config/temporal.ts';

/**
 * Entry of a process of its own for `clipscribe doctor`, which may not see the engine: finds out whether the
 * Temporal server that is configured gives fair turns, and prints that as JSON.
 */
const { connectionOptions, namespace } = loadTemporalSettings();
const connection = await Connection.connect(connectionOptions);
try {
  process.stdout.write(JSON.stringify(await probeFairTurns(new Client({ connection, namespace }))));
} finally {
  await connection.close();
}
