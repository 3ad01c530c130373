import fc from 'fast-check';
import { SUBTITLE_PRESETS, type SubtitleSettings } from '../../src/domain/subtitle-settings.ts';

/** Every allowed subtitle setting, alone and with others. */
export const subtitleSettingsArbitrary: fc.Arbitrary<SubtitleSettings> = fc.record(
  {
    preset: fc.constantFrom(...SUBTITLE_PRESETS),
    maxCharactersPerLine: fc.integer({ min: 8, max: 80 }),
    maxLines: fc.integer({ min: 1, max: 3 }),
    maxCharactersPerSecond: fc.integer({ min: 4, max: 40 }),
    maxCueSeconds: fc.integer({ min: 10, max: 100 }).map((tenths) => tenths / 10),
    minGapSeconds: fc.integer({ min: 0, max: 50 }).map((hundredths) => hundredths / 100),
  },
  { requiredKeys: [] },
);

/** Languages whose line rules differ, and one that is written from right to left. */
export const subtitleLanguageArbitrary = fc.constantFrom(
  'en',
  'de',
  'ja',
  'zh',
  'zh-Hant-TW',
  'ko',
  'th',
  'ar',
  'he',
);
