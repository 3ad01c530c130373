import { expect, test } from 'vitest';
import { WorkerMetrics } from '../../../../src/adapters/prometheus/worker-metrics.ts';
import {
  memoryLimitBytes,
  memoryShareOf,
  readMemoryShare,
  type MemoryFacts,
} from '../../../../src/adapters/prometheus/memory-use.ts';

const GIB = 2 ** 30;
const machine = { machineBytes: 16 * GIB, freeBytes: 12 * GIB, residentBytes: 3.8 * GIB };

test.each<[string, MemoryFacts, number]>([
  // The machine has plenty; the container is nearly full.
  ['of the limit of a container', { ...machine, constrainedBytes: 4 * GIB }, 0.95],
  ['of the machine where nothing is said of a limit', { ...machine, constrainedBytes: 0 }, 0.25],
  ['of the machine where there is no limit', { ...machine, constrainedBytes: 2 ** 64 }, 0.25],
  ['of the machine where the limit is all of it', { ...machine, constrainedBytes: 16 * GIB }, 0.25],
])('the share of memory in use is %s', (_, facts, share) => {
  expect(memoryShareOf(facts)).toBeCloseTo(share, 10);
});

test('this process uses some of its memory, and its metrics tell it', async () => {
  const share = await readMemoryShare();
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(1);
  expect(memoryLimitBytes()).toBeGreaterThan(process.memoryUsage.rss());
  const text = await new WorkerMetrics('short').registry.metrics();
  expect(Number(/^clipscribe_memory_used_ratio\{role="short"\} (.+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
});
