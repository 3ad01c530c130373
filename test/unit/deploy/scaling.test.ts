import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { TASK_QUEUES } from '../../../src/contracts/task-queues.ts';
import { queueSampleSchema } from '../../../src/domain/queue-history.ts';
import { simulateScaling, type Load, type ScalingRules } from '../../support/scaling-simulation.ts';

const policySchema = z.strictObject({
  type: z.literal('Pods'),
  value: z.number().int().positive(),
  periodSeconds: z.number().int().positive().max(1800),
});
const directionSchema = z.strictObject({
  stabilizationWindowSeconds: z.number().int().min(0).max(3600),
  policies: z.array(policySchema).length(1),
});
/** The fields that KEDA's and CREMA's references name, as far as we use them. */
const scaledObjectSchema = z.strictObject({
  scaleTargetRef: z.strictObject({ name: z.string() }),
  pollingInterval: z.number().int().positive().optional(),
  cooldownPeriod: z.number().int().positive().optional(),
  minReplicaCount: z.number().int().min(0),
  maxReplicaCount: z.number().int().positive(),
  advanced: z.strictObject({
    horizontalPodAutoscalerConfig: z.strictObject({
      behavior: z.strictObject({ scaleUp: directionSchema, scaleDown: directionSchema }),
    }),
  }),
  triggers: z
    .array(
      z.strictObject({
        type: z.literal('temporal'),
        metadata: z.strictObject({
          endpoint: z.string(),
          namespace: z.string(),
          taskQueue: z.enum(Object.values(TASK_QUEUES) as [string, ...string[]]),
          queueTypes: z.enum(['activity', 'workflow,activity']),
          targetQueueSize: z.string().regex(/^\d+$/),
          activationTargetQueueSize: z.string().regex(/^\d+$/),
        }),
      }),
    )
    .min(1),
});
const kedaSchema = z.strictObject({
  apiVersion: z.literal('keda.sh/v1alpha1'),
  kind: z.literal('ScaledObject'),
  metadata: z.strictObject({ name: z.string() }),
  spec: scaledObjectSchema,
});
const cremaSchema = z.strictObject({
  apiVersion: z.literal('crema/v1'),
  kind: z.literal('CremaConfig'),
  spec: z.strictObject({
    pollingInterval: z.number().int().positive(),
    scaledObjects: z.array(z.strictObject({ spec: scaledObjectSchema })),
  }),
});

const documents = (path: string): unknown[] =>
  parseAllDocuments(readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), 'utf8')).map(
    (document): unknown => document.toJS(),
  );

type ScaledObject = z.infer<typeof scaledObjectSchema>;
type Policy = z.infer<typeof policySchema>;

/** @param among what is scaled in one place, which all serve the control queue */
const rulesOf = (
  object: ScaledObject,
  among: readonly ScaledObject[],
  pollingInterval?: number,
): ScalingRules => {
  const { scaleUp, scaleDown } = object.advanced.horizontalPodAutoscalerConfig.behavior;
  return {
    name: `${object.scaleTargetRef.name} (${object.minReplicaCount} to ${object.maxReplicaCount})`,
    pollingSeconds: object.pollingInterval ?? pollingInterval ?? 30,
    // CREMA has none: there the window of scaleDown is all.
    cooldownSeconds: object.cooldownPeriod ?? 0,
    minimum: object.minReplicaCount,
    maximum: object.maxReplicaCount,
    triggers: object.triggers.map(({ metadata }) => ({
      queue: metadata.taskQueue === TASK_QUEUES.control ? 'control' : 'media',
      targetPerWorker: Number(metadata.targetQueueSize),
    })),
    elsewhere: among.reduce((sum, other) => sum + (other === object ? 0 : other.minReplicaCount), 0),
    up: { windowSeconds: scaleUp.stabilizationWindowSeconds, ...(scaleUp.policies[0] as Policy) },
    down: { windowSeconds: scaleDown.stabilizationWindowSeconds, ...(scaleDown.policies[0] as Policy) },
  };
};

const keda = documents('keda/scaled-objects.yaml').map((document) => kedaSchema.parse(document).spec);
const crema = cremaSchema.parse(documents('cloud-run/crema.yaml')[0]).spec;
const pools = crema.scaledObjects.map(({ spec }) => spec);
const all = [
  ...keda.map((object) => rulesOf(object, keda)),
  ...pools.map((object) => rulesOf(object, pools, crema.pollingInterval)),
];

/** Jobs that arrive in each minute, and how long the media step of each takes. */
const BURST_JOBS = 120;
const BURST = { arrivals: (minute: number) => (minute === 5 ? BURST_JOBS : 0), stepSeconds: 90 };
const TRICKLE = { arrivals: (minute: number) => (minute % 3 === 0 ? 2 : 0), stepSeconds: 60 };

/**
 * What `GET /api/queue/history` told of one worker with six slots that was given 30 recordings at once, and eight more
 * one by one.
 */
const recorded = z
  .array(queueSampleSchema)
  .parse(
    z
      .object({ samples: z.array(z.unknown()) })
      .parse(JSON.parse(readFileSync(new URL('recorded-queue-history.json', import.meta.url), 'utf8')))
      .samples,
  );
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
/** The jobs that came, and what their steps kept the worker busy for. */
const recordedLoad = (): Omit<Load, 'minutes'> => {
  const used = recorded
    .flatMap(({ queues }) => queues)
    .filter(({ queue }) => queue === TASK_QUEUES.short)
    .map(({ usedSlots }) => usedSlots ?? 0);
  return {
    arrivals: (minute) => recorded[minute]?.started ?? 0,
    stepSeconds: Math.round((total(used) * 60) / total(recorded.map(({ completed }) => completed))),
  };
};

describe.each(all.map((rules) => [rules.name, rules] as const))('%s', (_, rules) => {
  it('grows with a burst, works it off, and shrinks to its minimum again', () => {
    const { workers, waiting, ended } = simulateScaling(rules, { ...BURST, minutes: 300 });
    expect(workers[0]).toBe(rules.minimum);
    expect(Math.max(...workers)).toBeGreaterThanOrEqual(rules.maximum / 2);
    expect(Math.max(...workers)).toBeLessThanOrEqual(rules.maximum);
    expect(waiting.at(-1)).toBe(0);
    expect(ended.at(-1)).toBe(BURST_JOBS);
    expect(workers.at(-1)).toBe(rules.minimum);
  });

  it('grows with a backlog that was recorded, works it off, and shrinks to its minimum again', () => {
    const { workers, waiting, ended } = simulateScaling(rules, { ...recordedLoad(), minutes: 120 });
    expect(Math.max(...workers)).toBeGreaterThan(rules.minimum);
    expect(waiting.at(-1)).toBe(0);
    expect(ended.at(-1)).toBe(total(recorded.map(({ started }) => started)));
    expect(workers.at(-1)).toBe(rules.minimum);
  });

  it('ends workers that are at work, whose steps go on elsewhere rather than begin anew', () => {
    const window = Math.max(rules.cooldownSeconds, rules.down.windowSeconds);
    const jobs = 6 * rules.maximum;
    const load = {
      arrivals: (minute: number) => (minute === 0 ? jobs : 0),
      stepSeconds: 3 * window,
      minutes: 24 * 60,
    };
    const { handedBack, ended } = simulateScaling(rules, load);
    expect(handedBack).toBeGreaterThan(0);
    expect(ended.at(-1)).toBe(jobs);
    const anew = simulateScaling(rules, { ...load, lostSeconds: Infinity });
    expect(anew.handedBack).toBeGreaterThan(handedBack);
  });

  // Work that a worker takes at once is never seen waiting, so that an idle-looking worker is ended all the same.
  it('starts no worker more often than its window allows, when a little work comes now and then', () => {
    const minutes = 240;
    const { workers } = simulateScaling(rules, { ...TRICKLE, minutes });
    const starts = workers.filter((count, index) => count > (workers[index - 1] ?? count)).length;
    const window = Math.max(rules.cooldownSeconds, rules.down.windowSeconds);
    expect(starts).toBeLessThanOrEqual(Math.ceil((minutes * 60) / window));
    expect(Math.max(...workers)).toBeLessThanOrEqual(Math.max(1, rules.minimum));
  });

  // Every job begins on the control queue: where no worker is left to serve it, it must bring one.
  it.runIf(rules.minimum + rules.elsewhere === 0)('begins from nothing by the control queue alone', () => {
    const load = { ...BURST, minutes: 60 };
    expect(simulateScaling(rules, load).ended.at(-1)).toBe(BURST_JOBS);
    const blind = { ...rules, triggers: rules.triggers.filter(({ queue }) => queue !== 'control') };
    const { workers, ended } = simulateScaling(blind, load);
    expect(Math.max(...workers)).toBe(0);
    expect(ended.at(-1)).toBe(0);
  });

  it('would thrash without its window', () => {
    const hasty = { ...rules, cooldownSeconds: 0, down: { ...rules.down, windowSeconds: 0 }, minimum: 0 };
    const { workers } = simulateScaling(hasty, { ...TRICKLE, minutes: 240 });
    expect(
      workers.filter((count, index) => index > 0 && count !== workers[index - 1]).length,
    ).toBeGreaterThan(20);
  });
});

describe('what is scaled to zero on Cloud Run', () => {
  it('is one pool at least, and watches the queues of its role with all that waits there', () => {
    const fromZero = pools.filter(({ minReplicaCount }) => minReplicaCount === 0);
    expect(fromZero).toHaveLength(1);
    const watched = fromZero[0]?.triggers.map(({ metadata }) => [metadata.taskQueue, metadata.queueTypes]);
    expect(watched).toEqual([
      [TASK_QUEUES.short, 'activity'],
      [TASK_QUEUES.control, 'workflow,activity'],
    ]);
  });
});
