import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { interceptorModules } from '../../src/adapters/temporal/workflow-bundle.ts';

const folder = fileURLToPath(new URL('histories', import.meta.url));
const histories = globSync('**/*.json', { cwd: folder })
  .sort()
  .map((name) => ({ name, history: JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as unknown }));

const bundle = (path: string, workflowInterceptorModules: string[] = []) =>
  bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(path, import.meta.url)),
    workflowInterceptorModules,
    logger: new DefaultLogger('ERROR'),
  });

const workflowIdOf = (name: string): string => `job_${name.replace(/^.*\//, '').replace(/\.json$/, '')}`;

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
});

describe('recorded histories', () => {
  it('are there, for every path through the workflow', () => {
    expect(histories.length).toBeGreaterThanOrEqual(9);
  });

  it('replay on the workflow as it is now', async () => {
    const workflowBundle = await bundle('../../src/workflows/index.ts');
    for (const { name, history } of histories) {
      await expect(
        Worker.runReplayHistory({ workflowBundle }, history, workflowIdOf(name)),
        name,
      ).resolves.toBeUndefined();
    }
  });

  it('replay where traces are on, though they were recorded without', async () => {
    const workflowBundle = await bundle('../../src/workflows/index.ts', interceptorModules(true));
    const sinks = { exporter: { export: { fn: () => undefined } } };
    for (const { name, history } of histories) {
      await expect(
        Worker.runReplayHistory({ workflowBundle, sinks }, history, workflowIdOf(name)),
        name,
      ).resolves.toBeUndefined();
    }
  });

  it('do not replay on a workflow with another order of steps (the control)', async () => {
    const workflowBundle = await bundle('fixtures/changed-workflow.ts');
    for (const { name, history } of histories) {
      await expect(
        Worker.runReplayHistory({ workflowBundle }, history, workflowIdOf(name)),
        name,
      ).rejects.toMatchObject({ name: 'DeterminismViolationError' });
    }
  });
});
