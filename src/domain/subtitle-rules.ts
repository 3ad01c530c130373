import type { SubtitleSettings } from './subtitle-settings.ts';

/**
 * The rules by which one transcript's subtitles are set. Widths are as `textWidth` counts them: full-width
 * characters take two.
 */
export interface SubtitleRules {
  maximumLineWidth: number;
  maximumLines: number;
  /** Words of one cue at most; null: as many as fit. */
  maximumWords: number | null;
  maximumSeconds: number;
  /** Stay so long, and be read no faster, wherever the pause after the speech allows it. */
  comfortable: { seconds: number; widthPerSecond: number };
  /** Give up even the gap before the next cue for these. */
  tolerable: { seconds: number; widthPerSecond: number };
  /** What the eye needs to see that the text changed. */
  gapSeconds: number;
  /** A shorter pause than this between cues flickers: the earlier cue stays until the gap. */
  flickerSeconds: number;
  /** Whether a speaker's name stands before the text where the speaker changes. */
  namesSpeakers: boolean;
  /** Where cues stand: `lowerThird` keeps clear of what apps draw over the foot of an upright video. */
  placement: 'bottom' | 'lowerThird';
}

/** A language's own limits: characters of a line and characters a second, full-width ones where `isFullWidth`. */
interface LanguageLimits {
  charactersPerLine: number;
  charactersPerSecond: number;
  isFullWidth: boolean;
}

/** Most alphabets; 20 a second is the limit of Netflix's English guide for adults, 42 a line of nearly all. */
const ALPHABET: LanguageLimits = { charactersPerLine: 42, charactersPerSecond: 20, isFullWidth: false };
/**
 * Limits that differ in the Timed Text Style Guides of Netflix, at the speed of subtitles in the language of the
 * speech (SDH), since that is what a transcript makes.
 */
const LIMITS: Readonly<Record<string, LanguageLimits>> = {
  ja: { charactersPerLine: 16, charactersPerSecond: 7, isFullWidth: true },
  ko: { charactersPerLine: 16, charactersPerSecond: 14, isFullWidth: true },
  th: { charactersPerLine: 35, charactersPerSecond: 20, isFullWidth: false },
  ru: { charactersPerLine: 39, charactersPerSecond: 20, isFullWidth: false },
  yue: { charactersPerLine: 16, charactersPerSecond: 11, isFullWidth: true },
  zh: { charactersPerLine: 16, charactersPerSecond: 11, isFullWidth: true },
};

/** 17 of 20: a reader is at ease at this share of the limit. */
const COMFORTABLE_SHARE = 0.85;

/** The part of a language tag that decides how it is written: `zh` of `zh-Hant-TW`. */
export const baseLanguage = (language: string): string => language.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';

/** The rules for a language: the preset's, with what the settings say in their place. Pure. */
export function subtitleRules(settings: SubtitleSettings, language: string): SubtitleRules {
  const limits = LIMITS[baseLanguage(language)] ?? ALPHABET;
  const widthOfCharacter = limits.isFullWidth ? 2 : 1;
  const preset = settings.preset === 'shorts' ? shorts(limits) : standard(limits);
  const charactersPerSecond = settings.maxCharactersPerSecond ?? preset.charactersPerSecond;
  const charactersPerLine = settings.maxCharactersPerLine ?? preset.charactersPerLine;
  const widthPerSecond = charactersPerSecond * widthOfCharacter;
  return {
    ...preset.rules,
    maximumLineWidth: charactersPerLine * widthOfCharacter,
    maximumLines: settings.maxLines ?? preset.rules.maximumLines,
    maximumSeconds: settings.maxCueSeconds ?? preset.rules.maximumSeconds,
    gapSeconds: settings.minGapSeconds ?? preset.rules.gapSeconds,
    comfortable: {
      seconds: preset.comfortableSeconds,
      widthPerSecond: COMFORTABLE_SHARE * widthPerSecond,
    },
    tolerable: { seconds: preset.tolerableSeconds, widthPerSecond },
  };
}

interface Preset {
  rules: Omit<SubtitleRules, 'maximumLineWidth' | 'comfortable' | 'tolerable'>;
  charactersPerLine: number;
  charactersPerSecond: number;
  comfortableSeconds: number;
  tolerableSeconds: number;
}

/** The habits of broadcasters and streaming services. The gap is two frames at 25 a second. */
const standard = ({ charactersPerLine, charactersPerSecond }: LanguageLimits): Preset => ({
  rules: {
    maximumLines: 2,
    maximumWords: null,
    maximumSeconds: 7,
    gapSeconds: 0.08,
    flickerSeconds: 0.5,
    namesSpeakers: true,
    placement: 'bottom',
  },
  charactersPerLine,
  charactersPerSecond,
  comfortableSeconds: 1,
  tolerableSeconds: 0.8,
});

/**
 * One to five large words that come with the voice, as upright clips show them: one line, no gap within a
 * sentence, no names. A glance takes them in, so they may change faster than lines that are read.
 */
const shorts = ({ charactersPerLine, charactersPerSecond }: LanguageLimits): Preset => ({
  rules: {
    maximumLines: 1,
    maximumWords: 5,
    maximumSeconds: 3,
    gapSeconds: 0,
    flickerSeconds: 0.3,
    namesSpeakers: false,
    placement: 'lowerThird',
  },
  charactersPerLine: Math.ceil(charactersPerLine * 0.6),
  charactersPerSecond: charactersPerSecond * 1.5,
  comfortableSeconds: 0.5,
  tolerableSeconds: 0.3,
});
