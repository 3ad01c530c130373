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

  it('misses them at a server as it is without our settings', async () => {
    const path = tools.temporal ?? '';
    const temporal = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path } },
    });
    try {
      expect(await probeFairTurns(temporal.client)).toMatchObject({ usersTakeTurns: false });
    } finally {
      await temporal.teardown();
    }
  });
});
