/** The check of the Temporal server. */
import { Connection } from '@temporalio/client';
import type { TemporalSettings } from '../../config/temporal.ts';
import { readStack } from '../stack/stack-file.ts';
import { isListening } from '../stack/ports.ts';
import { missing, ok, type Finding } from './finding.ts';

const NAME = 'Temporal server';

/** The server that is configured, or the local stack's own, which need not run now. */
export async function checkTemporalServer(home: string, settings: TemporalSettings): Promise<Finding> {
  if (settings.addressGiven) return checkGivenServer(settings);
  const stack = readStack(home);
  return stack !== undefined && (await isListening(stack.temporalAddress))
    ? ok(NAME, `the local stack's, at ${stack.temporalAddress}`)
    : ok(NAME, 'the local stack starts its own');
}

async function checkGivenServer({ namespace, connectionOptions }: TemporalSettings): Promise<Finding> {
  const { address = '' } = connectionOptions;
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' });
    try {
      await connection.workflowService.describeNamespace({ namespace });
      const { serverVersion } = await connection.workflowService.getSystemInfo({});
      return ok(NAME, `${serverVersion ?? 'version not known'} at ${address}, namespace ${namespace}`);
    } finally {
      await connection.close();
    }
  } catch (error) {
    const fix =
      'Correct TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the credentials, or unset them to use a local server.';
    return missing(NAME, `${address}: ${(error as Error).message}`, fix);
  }
}
