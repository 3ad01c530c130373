import { z } from '@hono/zod-openapi';
import { tierNameSchema } from '../../domain/tiers.ts';
import { accuracySchema } from '../../domain/estimate-accuracy.ts';
import { basisSchema } from '../queue/estimate-schemas.ts';
import { incidentSchema } from '../alerts/incident-schemas.ts';
import { stopSchema } from '../jobs/job-schemas.ts';

const countSchema = z.number().int();
const ceilingSchema = z.number().nullable().meta({ description: 'Null: none.' });

/** The whole installation on one page (H7). Of other users' jobs it tells numbers and failures, never contents. */
export const overviewSchema = z
  .object({
    at: z.iso.datetime(),
    stop: stopSchema,
    incidents: z.array(incidentSchema).meta({ description: 'What is wrong now.' }),
    jobs: z.object({
      waiting: countSchema.meta({ description: 'Accepted; their turn has not come.' }),
      queued: countSchema.meta({ description: 'Started; no worker has taken them yet.' }),
      running: countSchema,
      paused: countSchema,
      needsAttention: countSchema,
      lastDay: z.object({ completed: countSchema, failed: countSchema, cancelled: countSchema }),
      meanSeconds: z.number().nullable().meta({ description: 'How long the jobs took that completed last.' }),
    }),
    estimates: z.object({
      basis: basisSchema,
      accuracy: z
        .array(accuracySchema.meta({ id: 'EstimateAccuracy' }))
        .meta({ description: 'How near past estimates came to the truth, by task queue.' }),
    }),
    workers: z.array(z.string()).meta({ description: 'Worker processes, as `pid@host`.' }),
    queues: z.array(
      z.object({
        queue: z.string(),
        workers: countSchema,
        waitingSteps: countSchema.meta({ description: 'Steps that wait for a worker, about.' }),
        oldestWaitingSeconds: z.number().nullable().meta({ description: 'Null while none waits.' }),
        slots: countSchema.nullable().meta({
          description:
            'Steps that its workers can do side by side; null where the Temporal server does not tell.',
        }),
        usedSlots: countSchema.nullable(),
      }),
    ),
    tokens: z.array(z.object({ tier: tierNameSchema, valid: countSchema, total: countSchema })),
    usage: z.object({ month: z.string(), videos: countSchema, seconds: z.number(), costUsd: z.number() }),
    heaviest: z
      .array(
        z.object({
          accountId: z.string().meta({ description: "A token's id, or `local`: the owner's." }),
          email: z.string().nullable(),
          tier: tierNameSchema.nullable(),
          videos: countSchema,
          seconds: z.number(),
          costUsd: z.number(),
        }),
      )
      .meta({ description: 'Who has used most in this month, by cost, then by length.' }),
    cost: z.object({
      dayUsd: z.number(),
      dayCeilingUsd: ceilingSchema,
      monthUsd: z.number(),
      monthCeilingUsd: ceilingSchema,
      alerts: z
        .array(
          z.object({
            scope: z.string().meta({ description: "A token's id, or `installation`." }),
            period: z.string().meta({ example: '2026-11-24' }),
            percent: countSchema.meta({ description: '80: near; 100: reached.' }),
            limitUsd: z.number(),
            usedUsd: z.number(),
            at: z.iso.datetime(),
          }),
        )
        .meta({ description: 'Ceilings that came near or were reached, the newest first.' }),
    }),
    failures: z
      .array(
        z.object({
          jobId: z.string(),
          userId: z.string(),
          code: z.string(),
          message: z.string(),
          stage: z.string().nullable(),
          endedAt: z.iso.datetime(),
        }),
      )
      .meta({ description: 'The newest first.' }),
    feedback: z.object({
      count: countSchema,
      meanRating: z.number().nullable(),
      newest: z.array(
        z.object({
          jobId: z.string(),
          userId: z.string(),
          rating: countSchema,
          words: z.string(),
          at: z.iso.datetime(),
        }),
      ),
    }),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overviewSchema>;
