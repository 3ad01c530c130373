import type { AcceptJob } from '../../src/ports/job-catalogue.ts';

let count = 0;

/** A job to be accepted, with an id of its own. */
export const acceptJob = (overrides: Partial<AcceptJob> = {}): AcceptJob => ({
  id: `job_${(count += 1)}`,
  userId: 'user_a',
  accountId: 'token_a',
  tier: 'alpha',
  batchId: null,
  projectId: null,
  source: 'https://example.org/talk',
  sourceHash: 'hash',
  priority: 5,
  start: { any: 'thing' },
  operationId: `operation-${count}`,
  ...overrides,
});
