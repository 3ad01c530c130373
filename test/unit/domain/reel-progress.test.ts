import { describe, expect, it } from 'vitest';
import { NOTHING_UNDER_WAY } from '../../../src/domain/reel.ts';
import { reelEnd, secondsUntilJoined } from '../../../src/domain/reel-progress.ts';

const reel = {
  ...({ state: 'running', stage: 'encode', clipsTotal: 3, clipsReady: 3, clipsSkipped: 0 } as const),
  ...{ durationSeconds: 400, ...NOTHING_UNDER_WAY },
  ...{ secondsToEncode: 300, secondsEncoded: 100 },
};
const MINUTE_MS = 60_000;

describe('the estimated end of a reel', () => {
  it('is the rate of the parts that are done, over all that is to do', () => {
    const end = reelEnd({ ...reel, encodingSinceMs: 0, countedAtMs: 10 * MINUTE_MS });
    // 30 min for the pictures, and a little for what comes after.
    expect(end).toBeGreaterThan(30 * MINUTE_MS);
    expect(end).toBeLessThan(36 * MINUTE_MS);
  });

  it('is the same for each part that goes as fast as those before it', () => {
    const ends = [100, 150, 220, 300].map((secondsEncoded) =>
      reelEnd({ ...reel, secondsEncoded, encodingSinceMs: 5, countedAtMs: 5 + secondsEncoded * 1000 }),
    );
    for (const end of ends) expect(end).toBeCloseTo(ends[0] ?? 0, 3);
  });

  it('is not known before some seconds of work and a part of it are done, nor while the reel is held', () => {
    const measured = { ...reel, encodingSinceMs: 0, countedAtMs: MINUTE_MS };
    expect(reelEnd(measured)).not.toBeNull();
    expect(reelEnd({ ...measured, secondsEncoded: 0 })).toBeNull();
    expect(reelEnd({ ...measured, secondsEncoded: 10 })).toBeNull();
    expect(reelEnd({ ...measured, countedAtMs: 5_000 })).toBeNull();
    expect(reelEnd({ ...measured, countedAtMs: null })).toBeNull();
    expect(reelEnd({ ...measured, state: 'paused' })).toBeNull();
  });
});

describe('what is left of a join', () => {
  it('is the rest at the speed of now, and a little for what comes after', () => {
    const joining = { seconds: 100, totalSeconds: 400, speed: 10, remainingSeconds: 30 };
    expect(secondsUntilJoined(joining)).toBeCloseTo(30 + 40 * (3 / 7), 6);
    expect(secondsUntilJoined({ ...joining, seconds: 90 })).toBeNull();
    expect(secondsUntilJoined({ ...joining, speed: null })).toBeNull();
  });
});
