import { z } from '@hono/zod-openapi';
import { ruleOf, summaryOf, type Incident } from '../../domain/incidents.ts';

export const incidentSchema = z
  .object({
    id: z.string().meta({ example: 'incident_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    alert: z.string().meta({ example: 'ClipScribeQueueDeep' }),
    severity: z.enum(['warning', 'critical']),
    subject: z
      .string()
      .nullable()
      .meta({ description: 'Such as a task queue; null where there is one thing only.' }),
    summary: z.string(),
    action: z.string().meta({ description: 'What to look at first.' }),
    openedAt: z.iso.datetime(),
    resolvedAt: z.iso.datetime().nullable().meta({ description: 'Null while it goes on.' }),
  })
  .meta({ id: 'Incident' });
export type IncidentView = z.infer<typeof incidentSchema>;

export function incidentOf(incident: Incident): IncidentView {
  const rule = ruleOf(incident);
  const { id, alert, subject, openedAt, heldSince, endedAt } = incident;
  return {
    ...{ id, alert, severity: rule?.severity ?? 'warning', subject: subject === '' ? null : subject },
    ...{ summary: summaryOf(incident), action: rule?.action ?? '' },
    openedAt: (openedAt ?? heldSince).toISOString(),
    resolvedAt: endedAt?.toISOString() ?? null,
  };
}
