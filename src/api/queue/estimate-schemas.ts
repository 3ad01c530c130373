import { z } from '@hono/zod-openapi';
import type { Estimate } from '../../domain/estimate.ts';

const THREE_OF_FIVE = 'In three of five cases the truth lies between; one in five is beyond either.';

export const secondsRangeSchema = z
  .object({ lowSeconds: z.number(), highSeconds: z.number() })
  .meta({ id: 'SecondsRange', description: THREE_OF_FIVE });
export type SecondsRange = z.infer<typeof secondsRangeSchema>;

export const dateRangeSchema = z
  .object({ earliest: z.iso.datetime(), latest: z.iso.datetime() })
  .meta({ id: 'DateRange', description: THREE_OF_FIVE });
export type DateRange = z.infer<typeof dateRangeSchema>;

export const basisSchema = z.enum(['measured', 'assumed']).meta({
  description: 'From runs of this installation; or assumed, because too few have completed here.',
});

/** When a job will be done. */
export interface Completion {
  estimatedCompletion: string | null;
  estimatedCompletionRange: DateRange | null;
}

/** What a job that waits is told. */
export interface JobWait extends Completion {
  queuePosition: number | null;
  estimatedWaitSeconds: number | null;
  estimatedWaitRange: SecondsRange | null;
  estimateBasis: EstimateBasis | null;
}

export type EstimateBasis = z.infer<typeof basisSchema>;

export const secondsRange = ({ lowSeconds, highSeconds }: Estimate): SecondsRange => ({
  lowSeconds: Math.round(lowSeconds),
  highSeconds: Math.round(highSeconds),
});

/** From a moment on. */
export const dateRange = ({ lowSeconds, highSeconds }: Estimate, nowMs: number): DateRange => ({
  earliest: new Date(nowMs + lowSeconds * 1000).toISOString(),
  latest: new Date(nowMs + highSeconds * 1000).toISOString(),
});
