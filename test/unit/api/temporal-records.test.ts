import { expect, test } from 'vitest';
import { lastFailureOf, openJobsQuery } from '../../../src/api/jobs/temporal-records.ts';

test('a step that a stopping worker handed over has not failed', () => {
  expect(lastFailureOf({ message: 'x', applicationFailureInfo: { type: 'WorkerShutdown' } })).toBeNull();
  expect(lastFailureOf({ message: 'x', canceledFailureInfo: {} })).toBeNull();
});

test('a worker that vanished is told of in words for users', () => {
  const failure = lastFailureOf({ message: 'activity Heartbeat timeout', timeoutFailureInfo: {} });
  expect(failure).toEqual({ type: 'ToolCrashed', message: 'The worker that ran this step is gone.' });
});

test('values stay values in a visibility query', () => {
  const query = openJobsQuery({ userId: `o'brien\\' OR 1=1` });
  expect(query).toContain(`ClipScribeUser = 'o\\'brien\\\\\\' OR 1=1'`);
});
