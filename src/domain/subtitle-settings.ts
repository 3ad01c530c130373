import { z } from 'zod';

/** How subtitles are set: full lines for players, or a few large words for upright clips. */
export const SUBTITLE_PRESETS = ['standard', 'shorts'] as const;

/**
 * What a user may set about subtitles. Whatever is absent comes from the preset and the language, see
 * `subtitleRules`. Where East Asian languages are written, a character is a full-width one; Latin letters among
 * them count half.
 */
export const subtitleSettingsSchema = z.strictObject({
  preset: z.enum(SUBTITLE_PRESETS).optional(),
  maxCharactersPerLine: z.number().int().min(8).max(80).optional(),
  maxLines: z.number().int().min(1).max(3).optional(),
  /** Exceeded only where the speech itself is faster: text is never left out. */
  maxCharactersPerSecond: z.number().min(4).max(40).optional(),
  maxCueSeconds: z.number().min(1).max(10).optional(),
  minGapSeconds: z.number().min(0).max(0.5).optional(),
});
export type SubtitleSettings = z.infer<typeof subtitleSettingsSchema>;
