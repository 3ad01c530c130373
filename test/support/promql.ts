import { Gauge } from 'prom-client';
import { parser } from '@prometheus-io/lezer-promql';
import { ServiceMetrics } from '../../src/adapters/prometheus/service-metrics.ts';
import { WorkerMetrics } from '../../src/adapters/prometheus/worker-metrics.ts';

/** Of the Temporal SDK (docs.temporal.io/references/sdk-metrics), with our suffixes, and of Prometheus itself. */
const FOREIGN = [
  'up',
  'temporal_worker_task_slots_available',
  'temporal_workflow_task_execution_failed_total',
];

/** The names in an expression; fails where it is not PromQL. */
export const metricsOf = (expression: string): string[] => readsOf(expression).map(({ name }) => name);

/** What an expression reads, and by which operator it makes one of what several processes tell, if it does. */
export function readsOf(expression: string): { name: string; by: string | undefined }[] {
  const reads: { name: string; by: string | undefined }[] = [];
  const textOf = ({ from, to }: { from: number; to: number }): string => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expression}`);
      if (type.name !== 'VectorSelector') return;
      const [name] = /^[\w:]+/.exec(textOf({ from, to })) ?? [];
      let around = node.parent;
      while (around !== null && around.name !== 'AggregateExpr') around = around.parent;
      const operator = around?.getChild('AggregateOp');
      if (name !== undefined) reads.push({ name, by: operator ? textOf(operator) : undefined });
    },
  });
  return reads;
}

/** Every name that Prometheus has from us: what `/metrics` tells, and what a histogram makes of its name. */
export function knownMetrics(): string[] {
  const ours = [new WorkerMetrics('local'), new ServiceMetrics()]
    .flatMap(({ registry }) => registry.getMetricsAsArray())
    .map(({ name }) => name);
  return [...FOREIGN, ...ours.flatMap((name) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`])];
}

/**
 * What is wrong with how an expression reads metrics of which there may be several processes: gauges of the service are
 * those of the whole installation, which every process of the API tells; added up they would count as many times.
 */
export function misreadIn(expression: string): string[] {
  const metrics = new ServiceMetrics().registry.getMetricsAsArray();
  // Beside its own, prom-client tells of each process as such.
  const ours = metrics.filter(({ name }) => !/^(process|nodejs)_/.test(name));
  const gauges = new Set(ours.filter((metric) => metric instanceof Gauge).map(({ name }) => name));
  const counted = ours.filter(({ name }) => !gauges.has(name)).map(({ name }) => name);
  return readsOf(expression)
    .filter(({ name, by }) => {
      if (gauges.has(name)) return by !== 'max' && by !== 'min';
      return counted.some((counter) => name.startsWith(counter)) && by !== 'sum';
    })
    .map(({ name, by }) => `${by ?? 'nothing'} over ${name}`);
}
