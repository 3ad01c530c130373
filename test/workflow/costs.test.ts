import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { ApplicationFailure } from '@temporalio/common';
import { activityInfo } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReportCosts } from '../../src/activities/report-costs.ts';
import { createRepositories, type Repositories } from '../../src/adapters/postgres/create-repositories.ts';
import { openDatabase, type OpenDatabase } from '../../src/adapters/postgres/open-database.ts';
import type { SettleJobInput } from '../../src/contracts/service-activities.ts';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { SIGNALS, type VideoJobInput } from '../../src/contracts/video-intelligence.ts';
import type { TranscribeChunkInput } from '../../src/contracts/video-speech-steps.ts';
import { acceptJob } from '../support/accept-job.ts';
import { chunkOf, reference, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, untilProgress, withJob, type RunningJob } from '../support/workflow-harness.ts';

/** Scripted steps that cost money, the real workflow, and the real ledger over a real database. */
/** Days and months do not end while a test counts what they cost. */
const NOON = new Date('2026-11-24T12:00:00Z');
let environment: TestWorkflowEnvironment;
let database: OpenDatabase;
let repositories: Repositories;
beforeAll(async () => {
  [environment, database] = await Promise.all([startTemporal(), openDatabase({ folder: null })]);
  repositories = createRepositories(database.db, () => NOON);
});
afterAll(async () => {
  await environment.teardown();
  await database.close();
});

/** The models that cost something, by name; every chunk costs an uneven sum. */
const PRICES: Record<string, number> = { base: 0.0123457, tiny: 0 };

/** Counts what the steps of a job have cost by their own account. */
function pricedSteps() {
  const state = { spentUsd: 0, calls: 0 };
  const transcribeChunk = async ({ chunk, model }: TranscribeChunkInput) => {
    const { attempt } = activityInfo();
    if (attempt === 1)
      throw ApplicationFailure.create({ message: 'passing trouble', nextRetryDelay: '50ms' });
    const costUsd = PRICES[model] ?? 0;
    state.spentUsd += costUsd;
    state.calls += 1;
    return {
      transcript: reference(`transcripts/${chunk.index}.json`),
      language: 'en',
      languageProbability: 0.97,
      measure: { seconds: 1, attempt, cached: false, model, costUsd },
    };
  };
  return { state, transcribeChunk };
}

const talk = (
  chunkCount: number,
  transcribeChunk: ReturnType<typeof pricedSteps>['transcribeChunk'],
): Script => ({
  statedDurationSeconds: chunkCount * 200,
  chunks: Array.from({ length: chunkCount }, (_, index) => chunkOf(index, 200)),
  overrides: { transcribeChunk },
});

let tokens = 0;
async function inputOfToken(
  ceilings: { dayUsd?: number; monthUsd?: number },
  paidStages?: string[],
): Promise<VideoJobInput & { account: NonNullable<VideoJobInput['account']> }> {
  const { id } = await repositories.accounts.createToken({
    ...{ email: 'ada@example.org', tier: 'enterprise', isAdmin: false, expiresAt: null },
    hash: `hash ${(tokens += 1)}`,
  });
  await repositories.accounts.setCeilings(id, ceilings);
  const account = {
    ...{ accountId: id, operationId: `operation ${tokens}`, longestVideoSeconds: null, weight: 1 },
    ...(paidStages === undefined ? {} : { paidStages }),
  };
  const input = { ...jobInput({ settings: { language: 'en', concurrency: 1 } }), account };
  const { jobId, userId } = input;
  const { accountId, operationId } = account;
  await repositories.catalogue.accept([
    acceptJob({ id: jobId, userId, accountId, operationId, tier: 'enterprise' }),
  ]);
  await repositories.catalogue.takeToStart({ limit: 100, staleAfterMs: 1000 });
  return input;
}

/** A job with the service's steps beside it; tells how often costs were reported. */
async function withPaidJob(
  script: Script,
  input: VideoJobInput,
  body: (job: RunningJob, reports: () => number) => Promise<void>,
): Promise<void> {
  let reports = 0;
  const { catalogue, costLedger } = repositories;
  const reportCosts = createReportCosts(costLedger);
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.service,
    activities: {
      settleJob: ({ jobId, run: _, ...end }: SettleJobInput) => catalogue.settle({ id: jobId, ...end }),
      indexTranscript: () => Promise.resolve(),
      planNotifications: () => Promise.resolve({ notifications: [] }),
      reportCosts: async (report: Parameters<typeof reportCosts>[0]) => {
        reports += 1;
        const answer = await reportCosts(report);
        // The answer is lost: the same report is told once more.
        if (activityInfo().attempt === 1)
          throw ApplicationFailure.create({ message: 'lost', nextRetryDelay: '50ms' });
        return answer;
      },
    },
  });
  await worker.runUntil(withJob(environment, script, (job) => body(job, () => reports), input));
}

const spentOf = async (accountId: string) => (await repositories.costLedger.spendings(accountId))[0]?.usedUsd;

describe('what a job costs', () => {
  it('is in the ledger to the micro-dollar, with retries of steps and reports, in a few reports', async () => {
    const { state, transcribeChunk } = pricedSteps();
    const input = await inputOfToken({ dayUsd: 100 });
    await withPaidJob(talk(6, transcribeChunk), input, async (job, reports) => {
      await job.handle.result();
      expect(state.calls).toBe(6);
      expect(await spentOf(input.account.accountId)).toBeCloseTo(state.spentUsd, 6);
      expect(await spentOf(input.account.accountId)).toBeCloseTo(6 * 0.0123457, 6);
      // Each is told twice here.
      expect(reports()).toBeLessThanOrEqual(2 * 4);
    });
    const usage = await repositories.catalogue.usage(input.account.accountId, '2026-11');
    expect(usage.costUsd).toBeCloseTo(state.spentUsd, 6);
  });

  it('is not asked about where nothing costs anything', async () => {
    const { transcribeChunk } = pricedSteps();
    const input = await inputOfToken({ dayUsd: 1 });
    await withPaidJob(
      talk(3, transcribeChunk),
      { ...input, settings: { ...input.settings, model: 'tiny' } },
      async (job, reports) => {
        await job.handle.result();
        expect(reports()).toBe(0);
      },
    );
  });
});

describe('a cost ceiling', () => {
  it('makes the job wait at 100 %, after a warning at 80 %, and a raised one lets it go on', async () => {
    const { state, transcribeChunk } = pricedSteps();
    // Five chunks are 0.0617, of which the fifth comes near and the sixth goes over.
    const input = await inputOfToken({ dayUsd: 0.07 });
    const { accountId } = input.account;
    await withPaidJob(talk(8, transcribeChunk), input, async (job) => {
      const { error, notices } = await untilProgress(job, ({ state: now }) => now === 'needs_attention');
      expect(error).toMatchObject({ code: 'CostCeilingReached', stage: 'transcribe' });
      expect(error?.message).toMatch(/^The jobs of this token may cost \$0\.07 a day; \$0\.07 are spent/);
      expect(notices).toEqual([expect.stringMatching(/^A cost ceiling is near\./) as string]);
      expect(state.calls).toBe(6);
      await job.handle.signal(SIGNALS.retry, {});
      await untilProgress(job, ({ state: now }) => now === 'needs_attention');
      expect(state.calls).toBe(6);
      await repositories.accounts.setCeilings(accountId, { dayUsd: 10 });
      await job.handle.signal(SIGNALS.retry, {});
      await job.handle.result();
    });
    expect(state.calls).toBe(8);
    expect(await spentOf(accountId)).toBeCloseTo(state.spentUsd, 6);
    const alerts = (await repositories.costLedger.alerts(50)).filter(({ scope }) => scope === accountId);
    expect(alerts.map(({ percent }) => percent).toSorted()).toEqual([100, 80]);
  });

  it('that others have reached stops a job before its first paid step; a cheaper model goes on', async () => {
    const { state, transcribeChunk } = pricedSteps();
    const input = await inputOfToken({ monthUsd: 1 }, ['transcribe']);
    const { accountId } = input.account;
    const stages = [{ stage: 'transcribe', model: 'base', seconds: 1, costUsd: 1 }];
    await repositories.costLedger.report({ jobId: 'another', runId: 'run', report: 1, accountId, stages });
    await withPaidJob(talk(3, transcribeChunk), input, async (job) => {
      await untilProgress(job, ({ state: now }) => now === 'needs_attention');
      expect(state.calls).toBe(0);
      await job.handle.signal(SIGNALS.retry, { model: 'tiny' });
      await job.handle.result();
      expect(state).toEqual({ calls: 3, spentUsd: 0 });
    });
  });

  it('stops a job again when the model that was chosen costs something too', async () => {
    const { state, transcribeChunk } = pricedSteps();
    const input = await inputOfToken({ dayUsd: 0.01 }, ['transcribe']);
    await withPaidJob(talk(4, transcribeChunk), input, async (job) => {
      await untilProgress(job, ({ state: now }) => now === 'needs_attention');
      expect(state.calls).toBe(1);
      await job.handle.signal(SIGNALS.retry, { concurrency: 2 });
      await untilProgress(job, ({ state: now }) => now === 'needs_attention' && state.calls === 2);
      await job.handle.cancel();
      await expect(job.handle.result()).rejects.toThrow();
    });
    expect(await spentOf(input.account.accountId)).toBeCloseTo(state.spentUsd, 6);
  });
});
