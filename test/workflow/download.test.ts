import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordOutcomeInput } from '../../src/contracts/video-result-steps.ts';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import { failure, type Call } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { acquiring, UPLOAD, withMachine } from '../support/user-machine.ts';
import { untilProgress } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const outcomes = (calls: Call[]): RecordOutcomeInput[] =>
  calls
    .filter(({ activity }) => activity === 'recordOutcome')
    .map(({ input }) => input as RecordOutcomeInput);

describe('a job that is downloaded on a machine of its user (B2)', () => {
  it('asks that machine for everything that touches the site, and goes on from its upload', async () => {
    const { script, sources } = acquiring({ isKnown: false });
    await withMachine(
      environment,
      script,
      { settings: { download: 'worker' } },
      async ({ handle, calls }, asked) => {
        await handle.result();
        expect(asked).toEqual(['downloadMetadata', 'downloadAudio']);
        expect(sources).toEqual([null, UPLOAD]);
        expect(calls.map(({ activity }) => activity)).not.toContain('fetchMetadata');
        // The upload is used up.
        expect(outcomes(calls).map(({ source }) => source)).toEqual([UPLOAD]);
      },
    );
  });

  it('is not downloaded again when its sound is there', async () => {
    const { script, sources } = acquiring({ isKnown: true });
    await withMachine(
      environment,
      script,
      { settings: { download: 'worker' } },
      async ({ handle }, asked) => {
        await handle.result();
        expect(asked).toEqual(['downloadMetadata']);
        expect(sources).toEqual([null]);
      },
    );
  });

  it('can become one when a site wants proof that a person is asking', async () => {
    const { script, sources } = acquiring({ isKnown: false });
    const acquire = script.overrides?.acquireAudio;
    script.overrides = {
      acquireAudio: (given) =>
        given.source?.kind === 'url'
          ? Promise.reject(failure('BotCheck'))
          : (acquire?.(given) ?? Promise.reject(failure('InternalError'))),
    };
    await withMachine(environment, script, {}, async (job, asked) => {
      await untilProgress(job, ({ state }) => state === 'needs_attention');
      await job.handle.signal(SIGNALS.retry, { download: 'worker' });
      await job.handle.result();
      expect(asked).toEqual(['downloadAudio']);
      expect(sources).toEqual([null, UPLOAD]);
    });
  });
});
