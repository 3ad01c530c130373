import { expect, test } from 'vitest';
import { cursorOf, tokenOf } from '../../../src/api/jobs/page-cursor.ts';
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

test('a cursor gives back its page token, and a changed one is refused', () => {
  const token = Buffer.from('{"page":2}');
  const cursor = cursorOf(token);
  expect(tokenOf(cursor)).toEqual(token);
  for (const mangled of [cursor.slice(0, -2), `A${cursor}`, 'x', '']) {
    expect(() => tokenOf(mangled), mangled).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  }
});
