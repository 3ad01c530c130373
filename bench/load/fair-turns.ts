import { setTimeout as sleep } from 'node:timers/promises';
import { TestHome } from '../../test/support/stack.ts';
import { TemporalProcess } from '../../test/support/temporal-process.ts';
import { median } from '../table.ts';
import { isUrgent, planFairTurns, type FairPlan, type PlannedJob } from './fair-plan.ts';
import type { LoadUser } from './load-user.ts';
import { withPacedWorkers } from './paced-workers.ts';
import { Service } from './service.ts';
import { scaled, type LoadOptions, type LoadRow } from './scenario.ts';
import {
  all,
  areUrgentFirst,
  describeWaits,
  isHardlyFelt,
  longestAllowedWait,
  seconds,
  slowest,
  type Waits,
} from './waits.ts';
import { forEachOf, within } from './within.ts';

const USERS = 50;
const HEAVY_JOBS = 500;
const SUBMITTED_AT_ONCE = 10;
const POLL_MS = 2000;
/** Jobs that are not done then are taken to be lost. */
const PATIENCE_SECONDS = 900;
/** The control has shown what it is for when light users have waited so many times longer than allowed. */
const CONTROL_PATIENCE = 3;

/**
 * (b) Fifty users at once, one of whom submits 500 jobs, and (c) the same on a server without fair turns. API,
 * database, Temporal and workflow are real; the steps take the time of the plan and do no work. The heavy user is
 * the installation's own, whom no tier bounds: nothing but fair turns stands between the 500 jobs and the others.
 */
export async function fairTurns(options: LoadOptions): Promise<LoadRow[]> {
  const plan = planFairTurns(options.seed, {
    lightUsers: scaled(USERS - 1, options, 10),
    heavyJobs: scaled(HEAVY_JOBS, options, 20),
  });
  const alone = await run({ ...plan, heavy: [] }, { fairTurns: true, patienceSeconds: PATIENCE_SECONDS });
  const { oneJobSeconds } = alone;
  const fair = await run(plan, { fairTurns: true, patienceSeconds: PATIENCE_SECONDS });
  const patienceSeconds = CONTROL_PATIENCE * longestAllowedWait(alone.waits, oneJobSeconds);
  const unfair = await run(plan, { fairTurns: false, patienceSeconds });
  const waitRow = ({ waits }: Measured): Omit<LoadRow, 'scenario'> => ({
    measured: describeWaits(waits),
    control: `without the heavy user: ${describeWaits(alone.waits)}; one job alone: ${seconds(oneJobSeconds)}`,
    target: '≤ 1.5 × without, plus one job',
    holds: isHardlyFelt(waits, alone.waits, oneJobSeconds),
  });
  const urgentRow = ({ waits }: Measured): Omit<LoadRow, 'scenario'> => ({
    measured: `longest ${seconds(slowest(waits.urgent))}`,
    control: `the others: median ${seconds(median(waits.usual))}`,
    target: 'the slowest urgent one before half of the others',
    holds: areUrgentFirst(waits),
  });
  const { accepted, finished } = fair;
  return [
    {
      scenario: `b · ${plan.light.length + 1} users at once, one submits ${plan.heavy.length} jobs, steps scripted: wait of the others`,
      ...waitRow(fair),
    },
    { scenario: 'b · urgent jobs, which came last', ...urgentRow(fair) },
    {
      scenario: 'b · accepted = finished',
      measured: `${finished} of ${accepted} finished`,
      ...{ control: '', target: 'all', holds: finished === accepted },
    },
    {
      scenario: 'c · the same on a Temporal server with its own defaults, without fair turns',
      ...waitRow(unfair),
      target: 'visibly worse',
      holds: !isHardlyFelt(unfair.waits, alone.waits, oneJobSeconds),
    },
    { scenario: 'c · its urgent jobs', ...urgentRow(unfair), target: '', holds: null },
  ];
}

interface Measured {
  waits: Waits;
  /** A typical job alone on the idle system. */
  oneJobSeconds: number;
  accepted: number;
  finished: number;
}

async function run(
  plan: FairPlan,
  options: { fairTurns: boolean; patienceSeconds: number },
): Promise<Measured> {
  const home = new TestHome();
  const temporal = await TemporalProcess.start({ fairTurns: options.fairTurns, inMemory: true });
  const service = await Service.start(home, temporal);
  try {
    return await withPacedWorkers(temporal.address, [plan.typical, ...plan.heavy, ...plan.light], () =>
      submitAll(service, plan, options),
    );
  } finally {
    await service.close();
    await temporal.close();
    home.remove();
  }
}

async function submitAll(
  service: Service,
  { typical, heavy, light }: FairPlan,
  { patienceSeconds, fairTurns }: { patienceSeconds: number; fairTurns: boolean },
): Promise<Measured> {
  const first = await service.user('first', 'student');
  const oneJobSeconds = await secondsOf(first, typical, PATIENCE_SECONDS);
  const users = await Promise.all(light.map(({ name }) => service.user(name, 'student')));
  const many: string[] = [];
  await forEachOf(heavy, SUBMITTED_AT_ONCE, async (job) => {
    many.push(await submit(service.owner, job));
  });
  const waits: Waits = { usual: [], urgent: [] };
  await Promise.all(
    light.map(async (job, index) => {
      await sleep(job.afterMs);
      const wait = await secondsOf(users[index] as LoadUser, job, patienceSeconds);
      waits[isUrgent(job) ? 'urgent' : 'usual'].push(wait);
    }),
  );
  return {
    ...{ waits, oneJobSeconds },
    accepted: light.length + many.length,
    finished:
      all(waits).filter((wait) => wait < Infinity).length +
      (fairTurns ? await finishedOf(service.owner, many) : 0),
  };
}

const submit = (user: LoadUser, { name, priority }: PlannedJob): Promise<string> =>
  user.submit({ url: `https://example.org/${name}`, priority });

/** From the submission to the result, as the API notes both; Infinity where it does not come in time. */
async function secondsOf(user: LoadUser, job: PlannedJob, patienceSeconds: number): Promise<number> {
  const id = await submit(user, job);
  let wait = Infinity;
  await within(
    patienceSeconds,
    async () => {
      const done = (await user.jobs('completed')).find((one) => one.id === id);
      if (done?.completedAt == null) return false;
      wait = (Date.parse(done.completedAt) - Date.parse(done.createdAt)) / 1000;
      return true;
    },
    POLL_MS,
  );
  return wait;
}

/** How many of these jobs come to their end. */
async function finishedOf(user: LoadUser, ids: readonly string[]): Promise<number> {
  let finished = 0;
  await within(
    PATIENCE_SECONDS,
    async () => {
      const done = new Set((await user.jobs('completed')).map(({ id }) => id));
      finished = ids.filter((id) => done.has(id)).length;
      return finished === ids.length;
    },
    POLL_MS,
  );
  return finished;
}
