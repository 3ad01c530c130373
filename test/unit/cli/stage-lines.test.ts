import { describe, expect, test } from 'vitest';
import {
  activityText,
  durationText,
  remainingText,
  stageLines,
} from '../../../src/cli/terminal/stage-lines.ts';
import { STAGES } from '../../../src/domain/job.ts';
import { jobStatus } from '../../support/job-status.ts';

const marks = (status: Parameters<typeof stageLines>[0]) =>
  Object.fromEntries(stageLines(status).map(({ stage, mark }) => [stage, mark]));

describe('the stages of a job', () => {
  test('are all shown, in order', () => {
    expect(stageLines(jobStatus()).map(({ stage }) => stage)).toEqual(STAGES);
  });

  test('show audio arriving while chunks are transcribed', () => {
    expect(marks(jobStatus())).toMatchObject({
      metadata: 'done',
      acquire: 'running',
      transcribe: 'running',
      merge: 'waiting',
    });
    expect(marks(jobStatus({ acquireComplete: true, acquiredSeconds: 600 }))).toMatchObject({
      acquire: 'done',
      transcribe: 'running',
    });
  });

  test('wait while the job is queued, hold while it is paused', () => {
    expect(new Set(Object.values(marks(jobStatus({ status: 'queued', stage: 'metadata' }))))).toEqual(
      new Set(['waiting']),
    );
    expect(marks(jobStatus({ status: 'paused' }))).toMatchObject({ transcribe: 'paused', merge: 'waiting' });
  });

  test('mark the step that needs attention, and no other', () => {
    const error = { code: 'DiskFull', message: 'Full.', stage: 'acquire' } as const;
    const shown = marks(jobStatus({ status: 'needs_attention', error }));
    expect(shown).toMatchObject({ acquire: 'attention', transcribe: 'waiting' });
  });

  test('are all done in a completed job, and marked where a job failed', () => {
    const completed = marks(jobStatus({ status: 'completed', stage: 'publish', acquireComplete: true }));
    expect(new Set(Object.values(completed))).toEqual(new Set(['done']));
    expect(marks(jobStatus({ status: 'failed', stage: 'acquire', acquiredSeconds: 0 }))).toMatchObject({
      metadata: 'done',
      acquire: 'failed',
      transcribe: 'waiting',
    });
  });

  test('say how many chunks are done, of how many so far, and how many came from before', () => {
    const detail = (overrides: Parameters<typeof jobStatus>[0]): string =>
      stageLines(jobStatus(overrides)).find(({ stage }) => stage === 'transcribe')?.detail ?? '';
    expect(detail({})).toBe('1/3+ chunks');
    expect(detail({ acquireComplete: true })).toBe('1/3 chunks');
    expect(detail({ acquireComplete: true, chunksCached: 1 })).toBe('1/3 chunks, 1 from before');
    const retrying = {
      stage: 'transcribe',
      attempt: 3,
      code: 'ModelUnavailable',
      message: 'No answer.',
    } as const;
    expect(detail({ retrying: { ...retrying, nextAttemptAt: null } })).toBe('attempt 3: No answer.');
  });
});

test('the time that remains is told only while the job runs and it is known', () => {
  const nowMs = Date.parse('2026-11-22T12:10:00.000Z');
  const estimatedCompletion = '2026-11-22T12:12:05.000Z';
  expect(remainingText(jobStatus({ estimatedCompletion }), nowMs)).toBe('about 2 min 5 s left');
  expect(remainingText(jobStatus({ estimatedCompletion }), nowMs + 10 * 60_000)).toBe('nearly done');
  expect(remainingText(jobStatus({ estimatedCompletion, status: 'paused' }), nowMs)).toBe('');
  expect(remainingText(jobStatus(), nowMs)).toBe('');
});

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [60, '1 min'],
  [125, '2 min 5 s'],
  [1830, '31 min'],
  [3599, '1 h 00 min'],
  [3900, '1 h 05 min'],
])('%d seconds read as %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test('a line for logs says what happens now', () => {
  expect(activityText(jobStatus())).toBe('transcribe · 1/3+ chunks');
  expect(activityText(jobStatus({ status: 'needs_attention' }))).toBe('needs attention');
  expect(activityText(jobStatus({ status: 'failed' }))).toBe('failed');
  expect(activityText(jobStatus({ status: 'queued', queuePosition: 3, estimatedWaitSeconds: 240 }))).toBe(
    'queued · number 3 of those that wait, in about 4 min',
  );
});
