import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClipFacts, ReelClip } from '../../../src/domain/reel-clip.ts';
import { gainFor, TARGET_LUFS } from '../../../src/domain/reel-loudness.ts';
import { secondsOf } from '../../../src/domain/reel-part.ts';
import { planReel, type PlannedClip } from '../../../src/domain/reel-plan.ts';
import { reelSettingsSchema, type ReelSettings } from '../../../src/domain/reel.ts';

const settings = (given: Partial<ReelSettings> = {}): ReelSettings => reelSettingsSchema.parse(given);

const video: ClipFacts['video'] = {
  ...{ codec: 'h264', profile: 'High', pixelFormat: 'yuv420p', width: 1920, height: 1080, rotation: 0 },
  ...{ hasSquarePixels: true, isInterlaced: false, hasVariableRate: false, reorderedPictures: 2 },
  ...{ frameRate: { numerator: 25, denominator: 1 }, frameCount: 250, timescale: 12_800 },
  ...{ dynamicRange: null, parametersHash: 'camera' },
};
const audio = { codec: 'aac', profile: 'LC', sampleRateHz: 48_000, channels: 2, parametersHash: 'sound' };

interface Changes {
  video?: Partial<ClipFacts['video']>;
  audio?: ClipFacts['audio'];
  seconds?: number;
  clip?: Partial<ReelClip>;
  lufs?: number | null;
}

const clips = (...changes: Changes[]): PlannedClip[] =>
  changes.map((change, index) => ({
    index,
    clip: {
      ...{
        name: `clip ${index}`,
        locator: { kind: 'file', path: '/clip' },
        start: 0,
        end: null,
        title: null,
      },
      ...{ transcript: null, ...change.clip },
    },
    facts: {
      durationSeconds: change.seconds ?? 10,
      video: { ...video, ...change.video },
      audio: change.audio === undefined ? audio : change.audio,
      isPlainMp4: true,
    },
    loudness: { integratedLufs: change.lufs === undefined ? TARGET_LUFS : change.lufs, truePeakDb: -6 },
  }));

const kinds = (planned: PlannedClip[], given: Partial<ReelSettings> = {}): string[] =>
  planReel(planned, settings(given)).parts.map(({ kind }) => kind);

describe('the plan of a reel', () => {
  it('copies clips that agree, sound and all', () => {
    const plan = planReel(clips({}, {}, {}), settings());
    expect(plan.parts.map(({ kind }) => kind)).toEqual(['copy', 'copy', 'copy']);
    expect(plan).toMatchObject({ copiesSound: true, durationSeconds: 30 });
  });

  it('copies the picture where only the sound has to change', () => {
    const plan = planReel(clips({}, { lufs: -30 }), settings());
    expect(plan.parts.map(({ kind }) => kind)).toEqual(['copy', 'copy']);
    expect(plan.copiesSound).toBe(false);
  });

  it.each<[string, Changes]>([
    ['another codec', { video: { codec: 'hevc' } }],
    ['another size', { video: { width: 1280, height: 720 } }],
    ['another rate', { video: { frameRate: { numerator: 30, denominator: 1 } } }],
    ['a turned picture', { video: { rotation: 90 } }],
    ['ten bits', { video: { pixelFormat: 'yuv420p10le', profile: 'High 10' } }],
    ['high dynamic range', { video: { dynamicRange: 'pq' } }],
    ['parameters of another camera', { video: { parametersHash: 'other' } }],
    ['a variable rate', { video: { hasVariableRate: true } }],
    ['a stretch only', { clip: { start: 2 } }],
  ])('encodes a clip with %s, and copies the others', (_name, change) => {
    expect(kinds(clips({}, change, {}))).toEqual(['copy', 'encode', 'copy']);
  });

  it('encodes everything where words are drawn into it', () => {
    expect(kinds(clips({}, {}), { subtitles: 'burned' })).toEqual(['encode', 'encode']);
  });

  it('puts a card before a clip with a title, and no fade there', () => {
    expect(kinds(clips({}, { clip: { title: 'Two' } }), { crossfadeSeconds: 1 })).toEqual([
      'encode',
      'card',
      'encode',
    ]);
  });

  it('divides a long clip so that no part is over half a minute', () => {
    const { parts, format } = planReel(clips({ seconds: 1000, video: { width: 640 } }, {}), settings());
    const encoded = parts.filter(({ kind }) => kind === 'encode');
    expect(encoded).toHaveLength(34);
    for (const part of encoded) expect(secondsOf(part.frames, format)).toBeLessThanOrEqual(30);
  });

  it('shows every picture of every clip once, whatever the clips and the fades', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.2, max: 400, noNaN: true }), { minLength: 2, maxLength: 8 }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (lengths, crossfadeSeconds) => {
          const planned = clips(...lengths.map((seconds) => ({ seconds, video: { width: 640 } })));
          const { parts, format } = planReel(planned, settings({ crossfadeSeconds }));
          const used = lengths.map(() => 0);
          for (const part of parts) {
            if (part.kind === 'transition') {
              used[part.from.clip] = (used[part.from.clip] ?? 0) + part.frames;
              used[part.into.clip] = (used[part.into.clip] ?? 0) + part.frames;
            } else if (part.kind !== 'card')
              used[part.stretch.clip] = (used[part.stretch.clip] ?? 0) + part.frames;
            expect(part.frames).toBeGreaterThan(0);
          }
          lengths.forEach((seconds, index) =>
            expect(Math.abs(secondsOf(used[index] ?? 0, format) - seconds)).toBeLessThanOrEqual(
              secondsOf(1, format),
            ),
          );
        },
      ),
    );
  });
});

describe('the gain of a clip', () => {
  it.each([
    ['a quiet clip is brought up', -26, -20, 10],
    ['a loud clip is brought down', -10, -1, -6],
    ['what is near enough stays', TARGET_LUFS - 0.9, -3, 0],
    ['noise is not brought up without end', -60, -50, 20],
    ['single peaks are not pressed flat', -30, -3, 7],
    ['silence stays silence', null, null, 0],
  ])('%s', (_name, integratedLufs, truePeakDb, gain) => {
    expect(gainFor({ integratedLufs, truePeakDb })).toBe(gain);
  });
});
