import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ServiceMetrics } from '../../../src/adapters/prometheus/service-metrics.ts';
import { WorkerMetrics } from '../../../src/adapters/prometheus/worker-metrics.ts';

const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({ summary: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});

const file = new URL('../../../deploy/prometheus/alerts.yaml', import.meta.url);
const rules = rulesSchema.parse(parse(readFileSync(file, 'utf8'))).groups.flatMap((group) => group.rules);

/** Of the Temporal SDK (docs.temporal.io/references/sdk-metrics), with our suffixes, and of Prometheus itself. */
const FOREIGN = [
  'up',
  'temporal_worker_task_slots_available',
  'temporal_workflow_task_execution_failed_total',
];

/** The names in an expression; fails where it is not PromQL. */
function metricsOf(expression: string): string[] {
  const names: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expression}`);
      if (type.name === 'VectorSelector') {
        const [name] = /^[\w:]+/.exec(expression.slice(from, to)) ?? [];
        if (name !== undefined) names.push(name);
      }
    },
  });
  return names;
}

describe('the alerts', () => {
  it('are told from what is not PromQL', () => {
    expect(() => metricsOf('sum(rate(x[5m]) > 1')).toThrow('not PromQL');
  });

  it('have names of their own', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s asks for metrics that there are',
    (_, rule) => {
      const ours = [new WorkerMetrics('local'), new ServiceMetrics()]
        .flatMap(({ registry }) => registry.getMetricsAsArray())
        .map(({ name }) => name);
      const known = [...FOREIGN, ...ours.flatMap((name) => [name, `${name}_bucket`, `${name}_count`])];
      const asked = metricsOf(rule.expr);
      expect(asked.length).toBeGreaterThan(0);
      expect(known).toEqual(expect.arrayContaining(asked));
    },
  );
});
