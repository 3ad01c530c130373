import { describe, expect, test } from 'vitest';
import { median } from '../../../src/domain/estimate.ts';
import { ratesOf } from '../../../src/domain/run-rates.ts';
import { TIERS, type TierName } from '../../../src/domain/tiers.ts';
import { WaitForecast, type Forecast } from '../../../src/domain/wait-forecast.ts';
import {
  QueueSimulation,
  seeded,
  type SimulatedJob,
  type SimulatedUser,
} from '../../support/queue-simulation.ts';

const SLOTS = 12;
const STEPS_AT_ONCE = 3;
/** Runs before estimates count: an installation that has measured nothing says so. */
const WARM_UP = 40;
const RECENT = 200;
const HOURS = 60;

const USERS: SimulatedUser[] = [
  ...Array.from({ length: 6 }, (_, index): SimulatedUser => ({
    id: `alpha-${index}`,
    tier: 'alpha',
    priority: 5,
  })),
  ...Array.from({ length: 5 }, (_, index): SimulatedUser => ({
    id: `beta-${index}`,
    tier: 'beta',
    priority: 5,
  })),
  { id: 'researcher', tier: 'researcher', priority: 5 },
  { id: 'analyst', tier: 'analyst', priority: 3 },
  { id: 'urgent', tier: 'beta', priority: 9 },
];

/** Videos that a user of a tier comes with. */
const MOST_AT_ONCE: Readonly<Record<TierName, number>> = {
  ...{ alpha: 8, beta: 12, student: 12, researcher: 40, analyst: 60, enterprise: 60 },
};

interface Told {
  job: SimulatedJob;
  forecast: Forecast;
  naiveSeconds: number;
}

/** Users who come at random, with one video or many, short ones and long ones. */
function simulate(seed: number): Told[] {
  const random = seeded(seed);
  const exponential = (mean: number): number => -Math.log(1 - random()) * mean;
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const simulation = new QueueSimulation({ slots: SLOTS, stepsAtOnce: STEPS_AT_ONCE });
  const told: Told[] = [];
  const submit = (user: SimulatedUser): void => {
    // Minutes of video: clips and talks, of which nobody knows the length before they are looked at.
    const videoSeconds = (random() < 0.6 ? 480 : 1500) * Math.exp(0.4 * normal());
    const chunks = Array.from({ length: Math.ceil(videoSeconds / 224) }, () => 75 * Math.exp(0.2 * normal()));
    const job = simulation.submit({
      user,
      chunks,
      first: 20 + videoSeconds / 60,
      last: 15 + videoSeconds / 100,
    });
    const rates = ratesOf(simulation.runs.slice(-RECENT));
    const { runningAtOnce } = TIERS[user.tier];
    const place = { accountId: user.id, position: simulation.positionOf(job), runningAtOnce };
    const forecast = new WaitForecast(simulation.open(), SLOTS, rates).of(place);
    const runs = simulation.runs.slice(-RECENT);
    const meanSeconds = runs.reduce((sum, { runSeconds }) => sum + runSeconds, 0) / runs.length;
    const naiveSeconds = (place.position * meanSeconds) / runningAtOnce;
    if (simulation.runs.length >= WARM_UP) told.push({ job, forecast, naiveSeconds });
  };
  const arrive = (user: SimulatedUser): void => {
    const meanGap = user.tier === 'alpha' || user.tier === 'beta' ? 5 * 3600 : 4 * 3600;
    simulation.at(simulation.now + exponential(meanGap), () => {
      if (simulation.now > HOURS * 3600) return;
      const most = MOST_AT_ONCE[user.tier];
      for (let left = 1 + Math.floor(random() * most); left > 0; left -= 1) submit(user);
      arrive(user);
    });
  };
  for (const user of USERS) arrive(user);
  simulation.run();
  return told;
}

const errors = (
  told: readonly Told[],
  estimated: (told: Told) => number,
  truth: (job: SimulatedJob) => number,
) => told.map((each) => Math.abs(estimated(each) - truth(each.job)) / truth(each.job));

const waitOf = ({ startedAt, submittedAt }: SimulatedJob): number => (startedAt ?? NaN) - submittedAt;
const endOf = ({ endedAt, submittedAt }: SimulatedJob): number => (endedAt ?? NaN) - submittedAt;

/** What was told before there was a forecast: jobs end one after the other, as many at once as the tier lets run. */
const naiveWait = ({ naiveSeconds }: Told): number => naiveSeconds;

describe.each([1, 2, 3])('what jobs are told when they are submitted, by seed %i', (seed) => {
  const told = simulate(seed);
  const waited = told.filter(({ job }) => waitOf(job) > 60);

  test('is a quarter off at most, in the median, for the wait and for the end', () => {
    expect(waited.length).toBeGreaterThan(500);
    expect(median(errors(waited, ({ forecast }) => forecast.wait.seconds, waitOf))).toBeLessThanOrEqual(0.25);
    expect(median(errors(told, ({ forecast }) => forecast.end.seconds, endOf))).toBeLessThanOrEqual(0.25);
  });

  test('is nearer than what the place and the mean of the account alone would tell', () => {
    const forecast = median(errors(waited, (each) => each.forecast.wait.seconds, waitOf));
    expect(forecast).toBeLessThan(median(errors(waited, naiveWait, waitOf)));
  });

  test('has a range in which three of five truths lie, about', () => {
    const within = waited.filter(
      ({ job, forecast: { wait } }) => waitOf(job) >= wait.lowSeconds && waitOf(job) <= wait.highSeconds,
    );
    expect(within.length / waited.length).toBeGreaterThan(0.45);
    expect(within.length / waited.length).toBeLessThan(0.75);
  });

  test('comes true for every job: none is left behind', () => {
    expect(told.filter(({ job }) => job.endedAt === null)).toEqual([]);
  });
});
