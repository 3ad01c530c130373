import { ClipScribeError } from '../../domain/errors.ts';
import type { JobSettings } from '../../domain/job.ts';
import { baseLanguage } from '../../domain/subtitle-rules.ts';
import { englishName } from '../../domain/target-language.ts';
import type { ApiDependencies } from '../dependencies.ts';

/**
 * Refuses languages into which nothing here translates, before any work is done: without a translator only the
 * speech model does, into English. Whether a translator knows a language shows when it is asked.
 *
 * @throws ClipScribeError TranslationUnavailable
 */
export function checkTranslation(
  { hasTranslator }: Pick<ApiDependencies, 'hasTranslator'>,
  { translateTo = [] }: JobSettings,
): void {
  const others = translateTo.filter((language) => baseLanguage(language) !== 'en');
  if (hasTranslator || others.length === 0) return;
  const names = others.map((language) => `${englishName(language) ?? language} (${language})`).join(', ');
  throw new ClipScribeError(
    'TranslationUnavailable',
    `Nothing is set up here that translates into ${names}; without it only English is possible.`,
  );
}
