import { msToTs } from '@temporalio/common/lib/time.js';
import { describe, expect, test } from 'vitest';
import { workersOf } from '../../../src/api/alerts/work-probe.ts';
import { PROCESS_HEARTBEAT } from '../../../src/contracts/process-heartbeat.ts';

describe('workers', () => {
  const nowMs = Date.parse('2026-11-25T12:00:00Z');
  const beat = (pid: string, secondsAgo: number, overrides: object = {}) => ({
    workerIdentity: `${pid}@a`,
    hostInfo: { hostName: 'a', currentHostMemUsage: 0.5 },
    taskQueue: 'clipscribe-short',
    status: 1,
    heartbeatTime: msToTs(nowMs - secondsAgo * 1000),
    activityTaskSlotsInfo: { currentAvailableSlots: 6 },
    ...overrides,
  });
  const seen = (...beats: object[]) =>
    workersOf(beats as never, nowMs).map(({ name, isUp }) => `${name} is ${isUp ? 'up' : 'down'}`);

  test.each([
    ['is there', [beat('1', 10)], ['clipscribe-short on a is up']],
    ['was killed', [beat('1', 61)], ['clipscribe-short on a is down']],
    ['was started again', [beat('1', 100), beat('2', 5)], ['clipscribe-short on a is up']],
    ['was shut down', [beat('1', 100, { status: 3 })], []],
    ['went away long ago', [beat('1', 3700)], []],
    ['is the API', [beat('1', 10, { taskQueue: 'clipscribe-service' })], []],
    [
      'serves both routes',
      [beat('1', 10), beat('1', 10, { taskQueue: 'clipscribe-long' })],
      ['clipscribe-long and clipscribe-short on a is up'],
    ],
  ])('one that %s', (_, beats, expected) => {
    expect(seen(...beats)).toEqual(expected);
  });

  const shareOf = (...beats: object[]) => workersOf(beats as never, nowMs).map((each) => each.memoryShare);
  const limited = (pid: string, secondsAgo: number) =>
    beat(pid, secondsAgo, {
      taskQueue: PROCESS_HEARTBEAT,
      hostInfo: { hostName: 'a', currentHostMemUsage: 0.95 },
    });

  test.each([
    ['its host, where it has no limit', [beat('1', 10)], [0.5]],
    ['its limit, where it tells of one', [beat('1', 10), limited('1', 10)], [0.95]],
    ['its host, where another has a limit', [beat('1', 10), limited('2', 10)], [0.5]],
    ['its host, where it no longer tells', [beat('1', 10), limited('1', 61)], [0.5]],
    ['nobody, where only an ended process had told', [limited('1', 10)], []],
  ])('one uses of the memory of %s', (_, beats, shares) => {
    expect(shareOf(...beats)).toEqual(shares);
  });
});
