import { describe, expect, it } from 'vitest';
import { probe, ReelBench, signals } from '../../support/reel-bench.ts';

const bench = new ReelBench();
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-fps_mode', 'vfr'];
const MADE = { size: '320x240', video: H264, audio: ['-c:a', 'aac', '-ar', '48000'], ending: 'mp4' };

describe('a clip whose pictures come at irregular times', () => {
  it('is as long as it was, and in time with its sound to its end', async () => {
    const path = await bench.clip('phone', {
      ...{ ...MADE, rate: 60, seconds: 6, signalSeconds: 5.2 },
      filters: ",select='lt(mod(n,120),8)+not(mod(n,7))+between(n,306,330)'",
    });
    const reel = await bench.stitch('phone', [path]);
    const { numerator, denominator } = reel.plan.format.frameRate;
    const pictureSeconds = denominator / numerator;
    const [video, audio] = await probe(reel.path);
    expect(Math.abs(Number(video?.nb_read_frames) * pictureSeconds - 6)).toBeLessThanOrEqual(pictureSeconds);
    expect(Math.abs(Number(audio?.duration) - Number(video?.duration))).toBeLessThanOrEqual(pictureSeconds);
    const { flashes, beeps } = await signals(reel.path);
    expect(flashes).toHaveLength(1);
    expect(Math.abs((flashes[0] ?? 0) - 5.2)).toBeLessThanOrEqual(pictureSeconds);
    expect(Math.abs((beeps[0] ?? 0) - 5.2)).toBeLessThanOrEqual(0.06);
  });

  it('shows at the start of a stretch what is shown there, and not what comes next', async () => {
    // Black is held from 0.4 s to 2 s, where the flash is.
    const path = await bench.clip('slides', {
      ...{ ...MADE, rate: 25, seconds: 4, signalSeconds: 2 },
      filters: ",select='lt(n,10)+gte(n,50)'",
    });
    const reel = await bench.stitch('slides', [{ path, start: 1, end: 3 }]);
    const { flashes, beeps } = await signals(reel.path);
    expect(flashes).toHaveLength(1);
    expect(Math.abs((flashes[0] ?? 0) - 1)).toBeLessThanOrEqual(0.08);
    expect(Math.abs((beeps[0] ?? 0) - 1)).toBeLessThanOrEqual(0.06);
  });

  it('shows also in a stretch without any new picture what is shown there', async () => {
    // White is held from 0.2 s to 3.88 s.
    const path = await bench.clip('slide', {
      ...{ ...MADE, rate: 25, seconds: 4, signalSeconds: 0.2 },
      filters: ",select='lt(n,10)+gte(n,97)'",
    });
    const reel = await bench.stitch('slide', [{ path, start: 1, end: 2 }]);
    const [video] = await probe(reel.path);
    expect(Number(video?.nb_read_frames)).toBe(reel.plan.parts[0]?.frames);
    expect((await signals(reel.path)).flashes).toEqual([0]);
  });
});
