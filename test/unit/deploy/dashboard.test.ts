import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { knownMetrics, metricsOf, misreadIn } from '../../support/promql.ts';

const panelSchema = z.object({
  id: z.number().int(),
  type: z.string(),
  title: z.string().min(1),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.object({ refId: z.string(), expr: z.string() })).default([]),
});
const dashboardSchema = z.object({
  uid: z.literal('clipscribe'),
  schemaVersion: z.number().int(),
  panels: z.array(panelSchema),
});

const folder = new URL('../../../deploy/grafana/', import.meta.url);
const { panels } = dashboardSchema.parse(JSON.parse(readFileSync(new URL('dashboard.json', folder), 'utf8')));
const charts = panels.filter(({ type }) => type !== 'row');

describe('the dashboard', () => {
  it.each(charts.map((panel) => [panel.title, panel] as const))(
    '%s asks in PromQL for metrics that there are',
    (_, { targets }) => {
      expect(targets.length).toBeGreaterThan(0);
      const known = knownMetrics();
      for (const { expr } of targets) {
        // Grafana puts a duration there.
        const query = expr.replaceAll('$__rate_interval', '5m');
        const asked = metricsOf(query);
        expect(asked.length).toBeGreaterThan(0);
        expect(known).toEqual(expect.arrayContaining(asked));
        expect(misreadIn(query)).toEqual([]);
      }
    },
  );

  it('shows every metric of requirements R7 and B7', () => {
    const shown = charts.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join(' ');
    for (const name of [
      ...['job_duration_seconds', 'job_memory_usage_mb', 'job_success_rate', 'video_processing_rate_mbps'],
      ...['clipscribe_jobs_ended_total', 'clipscribe_jobs{', 'clipscribe_month_cost_usd'],
      ...['process_start_time_seconds', 'clipscribe_last_job_ended_timestamp_seconds'],
    ])
      expect(shown).toContain(name);
  });

  it('has panels that lie beside each other, each with an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.each(['dashboards', 'datasources'])('%s of Grafana can be provisioned', (name) => {
    const file = parse(readFileSync(new URL(`provisioning/${name}.yaml`, folder), 'utf8')) as object;
    expect(file).toMatchObject({ apiVersion: 1 });
  });
});
