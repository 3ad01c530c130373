import { TestWorkflowEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { probeFairTurns } from '../../../src/adapters/temporal/fair-turns-probe.ts';
import { TemporalProcess } from '../../support/temporal-process.ts';
import { tools } from '../../support/tools.ts';

describe('the probe for fair turns', () => {
  it('finds them at the server that the local stack starts, and leaves nothing behind', async () => {
    const temporal = await TemporalProcess.start();
    try {
      const client = await temporal.client();
      expect(await probeFairTurns(client)).toEqual({ urgentFirst: true, usersTakeTurns: true });
      const running = async () => (await client.workflow.count('ExecutionStatus = "Running"')).count;
      await expect.poll(running).toBe(0);
    } finally {
      await temporal.close();
    }
  });

  it('misses them at a server that hands out what waits in the order in which it came', async () => {
    const path = tools.temporal ?? '';
    // Without our settings there are four partitions, whose order is one of chance, which looks fair now and then.
    const onePartition = ['Read', 'Write'].flatMap((use) => [
      ...['--dynamic-config-value', `matching.numTaskqueue${use}Partitions=1`],
    ]);
    const temporal = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path }, extraArgs: onePartition },
    });
    try {
      expect(await probeFairTurns(temporal.client)).toEqual({ urgentFirst: false, usersTakeTurns: false });
    } finally {
      await temporal.teardown();
    }
  });
});
