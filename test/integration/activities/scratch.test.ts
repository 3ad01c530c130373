import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Scratch } from '../../../src/activities/scratch.ts';
import { runActivity } from '../../support/run-activity.ts';
import { testFolder } from '../../support/test-folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('the scratch space of a host', () => {
  it('loses what ended jobs have left, and keeps what running ones may need', async () => {
    const root = testFolder();
    const now = Date.now();
    const states = {
      reel_over: 'ended',
      reel_slow: 'running',
      job_new: 'unknown',
      job_old: 'unknown',
    } as const;
    for (const name of Object.keys(states)) {
      mkdirSync(join(root, name, 'clip-0'), { recursive: true });
      writeFileSync(join(root, name, 'clip-0', 'media'), 'bytes');
    }
    const longAgo = new Date(now - 4 * DAY_MS);
    for (const name of ['reel_slow', 'job_old']) utimesSync(join(root, name), longAgo, longAgo);
    await new Scratch(root).sweep(now, (jobId) => Promise.resolve(states[jobId as keyof typeof states]));
    expect(readdirSync(root).sort()).toEqual(['job_new', 'reel_slow']);
  });

  it('keeps what an attempt has when one ends whose time is over, and nothing of that one', async () => {
    const root = testFolder();
    const scratch = new Scratch(root);
    const attempt = (number: number, step = 'part-1') =>
      runActivity(() => scratch.attemptFolder('reel_1', step), { attempt: number });
    const other = await attempt(1, 'part-12');
    const late = await attempt(1);
    writeFileSync(join(late.path, 'picture.mp4'), 'half');
    const current = await attempt(2);
    expect(readdirSync(current.path)).toEqual([]);
    await late.remove();
    expect(readdirSync(join(root, 'reel_1')).sort()).toEqual(
      [other, current].map(({ path }) => basename(path)).sort(),
    );
  });

  it('is made where it is not there', async () => {
    const root = join(testFolder(), 'work');
    await new Scratch(root).sweep(Date.now(), () => Promise.resolve('unknown'));
    expect(readdirSync(root)).toEqual([]);
  });

  it('refuses work that would fill the disk', () => {
    const scratch = new Scratch(testFolder());
    expect(() => scratch.requireRoom(1)).not.toThrow();
    expect(() => scratch.requireRoom(2 ** 60)).toThrow(expect.objectContaining({ code: 'DiskFull' }));
  });
});
