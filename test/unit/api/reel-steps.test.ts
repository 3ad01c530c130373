import { describe, expect, it } from 'vitest';
import type { PendingStep } from '../../../src/api/jobs/pending-step.ts';
import { reelProgressWithSteps } from '../../../src/api/jobs/reel-steps.ts';
import { reelPercent } from '../../../src/domain/reel-progress.ts';
import { NOTHING_UNDER_WAY, reelProgressSchema, type ReelProgress } from '../../../src/domain/reel.ts';

/** A reel as its workflow tells of it. */
function reel(overrides: Partial<ReelProgress>): ReelProgress {
  const known: ReelProgress = {
    ...{ state: 'running', stage: 'download', route: 'short', title: 'Reel of 4 clips', progress: 0 },
    ...{ durationSeconds: null, clipsTotal: 4, clipsReady: 0, clipsSkipped: 0 },
    ...{ secondsToEncode: 0, secondsEncoded: 0, encodingSince: null, ...NOTHING_UNDER_WAY },
    ...{ startedAt: '2026-11-25T12:00:00.000Z', estimatedCompletion: null, error: null, notices: [] },
    ...overrides,
  };
  return { ...known, progress: reelPercent(known) };
}

const step = (activity: string, heartbeat: unknown, heartbeatAt = new Date()): PendingStep => ({
  ...{ activity, heartbeat, heartbeatAt, attempt: 1, lastFailure: null, nextAttemptAt: null },
});

const moved = (progress: ReelProgress, steps: PendingStep[]): ReelProgress =>
  reelProgressSchema.parse(reelProgressWithSteps(progress, steps));

describe('a reel whose clips arrive', () => {
  it('moves with their bytes, also with those of a clip whose size nobody knows', () => {
    const before = reel({ clipsReady: 1 });
    const arriving = [
      step('acquireClip', { receivedBytes: 30_000_000, totalBytes: 40_000_000 }),
      step('acquireClip', { receivedBytes: 5_000_000, totalBytes: null }),
      step('acquireClip', undefined),
    ];
    const after = moved(before, arriving);
    expect(after).toMatchObject({
      clipsArriving: 0.75,
      bytesArriving: 35_000_000,
      estimatedCompletion: null,
    });
    expect(after.progress).toBeCloseTo(before.progress + (14 * 0.75) / 4, 6);
  });
});

describe('a reel that is encoded', () => {
  const since = Date.now() - 60_000;
  const encoding = (seconds: number, afterMs: number) =>
    step(
      'encodePart',
      { seconds, totalSeconds: 30, speed: seconds % 7, remainingSeconds: null },
      new Date(since + afterMs),
    );
  const before = reel({
    ...{ stage: 'encode', clipsReady: 4, durationSeconds: 200, secondsToEncode: 200 },
    encodingSince: new Date(since).toISOString(),
  });

  it('has an end that stays where it is, however fast the part of the moment is, and however old its count', () => {
    const ends = [
      [encoding(20, 20_000)],
      [encoding(12, 30_000), encoding(18, 30_000)],
      [encoding(29, 50_000), encoding(21, 50_000)],
    ].map((steps) => Date.parse(moved(before, steps).estimatedCompletion ?? ''));
    // 200 s at the speed of the recording, and a little for what comes after.
    for (const end of ends) expect(end).toBe(ends[0]);
    expect(ends[0]).toBeGreaterThan(since + 200_000);
    expect(ends[0]).toBeLessThan(since + 240_000);
  });

  it('promises nothing before enough is encoded, and no end that has passed', () => {
    expect(moved(before, [encoding(5, 5_000)]).estimatedCompletion).toBeNull();
    const passed = { ...before, estimatedCompletion: new Date(since).toISOString() };
    expect(moved(passed, []).estimatedCompletion).toBeNull();
  });
});

describe('a reel that is joined', () => {
  it('moves by the count of ffmpeg, and says when it will be there', () => {
    const before = reel({ stage: 'join', clipsReady: 4, durationSeconds: 400 });
    const joining = { seconds: 100, totalSeconds: 400, speed: 10, remainingSeconds: 30 };
    const nowMs = Date.now();
    const after = moved(before, [step('joinReel', joining)]);
    expect(before).toMatchObject({ progress: 90, estimatedCompletion: null });
    expect(after).toMatchObject({ progress: 90 + 7 / 4, secondsJoined: 100 });
    expect(Date.parse(after.estimatedCompletion ?? '')).toBeGreaterThanOrEqual(nowMs + 30_000);
  });

  it('promises no end while it is held', () => {
    const held = reel({ stage: 'join', state: 'paused', durationSeconds: 400 });
    const joining = { seconds: 100, totalSeconds: 400, speed: 10, remainingSeconds: 30 };
    expect(moved(held, [step('joinReel', joining)])).toMatchObject({
      ...{ secondsJoined: 100, estimatedCompletion: null },
    });
  });
});
