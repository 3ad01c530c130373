import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ALERTS, type AlertRule } from '../../../src/domain/alerts.ts';
import { CALM_SECONDS } from '../../../src/domain/incidents.ts';
import { knownMetrics, metricsOf, misreadIn } from '../../support/promql.ts';

const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().optional(),
          keep_firing_for: z.string(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({ summary: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});

const file = new URL('../../../deploy/prometheus/alerts.yaml', import.meta.url);
const rules = rulesSchema.parse(parse(readFileSync(file, 'utf8'))).groups.flatMap((group) => group.rules);

/** What the workflow cannot see: metrics of single workers' attempts, failing workflow code, and the API it runs in. */
const ONLY_PROMETHEUS = ['ClipScribeApiDown', 'ClipScribeStepsFail', 'ClipScribeWorkflowTasksFail'];

const seconds = (duration: string): number => {
  const [, count, unit] = /^(\d+)([sm])$/.exec(duration) ?? [];
  return Number(count) * (unit === 'm' ? 60 : 1);
};

/** The first number that something is compared with, such as `> 30 * 60`. */
function conditionOf(expression: string): AlertRule['condition'] {
  const [, operator, limit = ''] = /(>|==) ([\d.]+(?: \* \d+)*)(?= |$)/.exec(expression) ?? [];
  const number = limit.split(' * ').reduce((product, factor) => product * Number(factor), 1);
  return operator === '>' ? { above: number } : { is: number };
}

describe('the alerts', () => {
  it('are those that are looked for without Prometheus', () => {
    const names = ALERTS.map(({ name }) => name);
    const expected = rules.map(({ alert }) => alert).filter((name) => !ONLY_PROMETHEUS.includes(name));
    expect(names).toEqual(expected);
    expect(rules.length).toBe(names.length + ONLY_PROMETHEUS.length);
  });

  it.each(ALERTS.map((rule) => [rule.name, rule] as const))(
    '%s has the same limit, patience and advice with and without Prometheus',
    (name, { severity, condition, forSeconds, action }) => {
      const rule = rules.find(({ alert }) => alert === name);
      expect(rule?.labels.severity).toBe(severity);
      expect(seconds(rule?.for ?? '0s')).toBe(forSeconds);
      expect(seconds(rule?.keep_firing_for ?? '')).toBe(CALM_SECONDS);
      expect(rule?.annotations.action).toBe(action);
      expect(conditionOf(rule?.expr ?? '')).toEqual(condition);
    },
  );

  it('would be caught adding up what every process of the API tells', () => {
    expect(misreadIn('sum(clipscribe_jobs{state="waiting"}) > 20')).toEqual(['sum over clipscribe_jobs']);
    expect(misreadIn('clipscribe_waiting_reels > 10')).toEqual(['nothing over clipscribe_waiting_reels']);
    expect(misreadIn('max(increase(clipscribe_jobs_ended_total[1h]))')).toEqual([
      'max over clipscribe_jobs_ended_total',
    ]);
    expect(misreadIn('max by (task_queue) (clipscribe_queue_workers) == 0')).toEqual([]);
  });

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
      const asked = metricsOf(rule.expr);
      expect(asked.length).toBeGreaterThan(0);
      expect(knownMetrics()).toEqual(expect.arrayContaining(asked));
      expect(misreadIn(rule.expr)).toEqual([]);
    },
  );
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const ofTwoApis = fileURLToPath(new URL('alerts-of-two-apis.yaml', import.meta.url));

// Where there is no Prometheus, its own verdict cannot be had.
it.runIf(hasPromtool)(
  'tell what is wrong once where two processes run the API, as Prometheus evaluates them',
  () => {
    const { stdout, stderr, status } = spawnSync('promtool', ['test', 'rules', ofTwoApis], {
      encoding: 'utf8',
    });
    expect({ said: stdout + stderr, status }).toMatchObject({
      said: expect.stringContaining('SUCCESS'),
      status: 0,
    });
  },
);

describe('the configuration of Prometheus', () => {
  const scrapeSchema = z.strictObject({
    job_name: z.string(),
    authorization: z.strictObject({ credentials_file: z.string().startsWith('/') }).optional(),
    static_configs: z.array(z.strictObject({ targets: z.array(z.string()) })),
  });
  const path = new URL('../../../deploy/prometheus/prometheus.yaml', import.meta.url);
  const { rule_files, scrape_configs } = z
    .object({ rule_files: z.array(z.string()), scrape_configs: z.array(scrapeSchema) })
    .parse(parse(readFileSync(path, 'utf8')));

  it('has the rules, and scrapes the jobs that they name', () => {
    expect(rule_files).toEqual(['alerts.yaml']);
    const named = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/up\{job="([^"]+)"\}/g)].map(([, job]) => job),
    );
    expect(scrape_configs.map(({ job_name }) => job_name).toSorted()).toEqual(named.toSorted());
  });

  // Its /metrics is for administrators (test/unit/api/access.test.ts); a worker's is open.
  it('carries a token to the API, from a file of its own, and to nobody else', () => {
    const withToken = scrape_configs.filter(({ authorization }) => authorization !== undefined);
    expect(withToken.map(({ job_name }) => job_name)).toEqual(['clipscribe-api']);
  });
});
