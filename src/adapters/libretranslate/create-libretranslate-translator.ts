import { ClipScribeError } from '../../domain/errors.ts';
import { baseLanguage } from '../../domain/subtitle-rules.ts';
import { isFatal, tidied, translationFault } from '../../domain/translation-check.ts';
import type { SegmentToTranslate, TranslationRequest, Translator } from '../../ports/translator.ts';
import {
  LibreTranslateClient,
  type LibreTranslateLanguages,
  type LibreTranslateServer,
} from './libretranslate-client.ts';
import { withoutMarks, withProtectedNames } from './protected-names.ts';

/** Part of the stage cache key: raised when the same server would be asked in another way. */
const VERSION = 1;
/** Public servers take no more characters and texts at once. */
const MAXIMUM_CHARACTERS = 2_000;
const MAXIMUM_TEXTS = 25;
/** A server may learn a language while we run. */
const LANGUAGES_KNOWN_FOR_MS = 10 * 60_000;
/** Names that older servers have for languages: `pb` is Portuguese as in Brazil, `zt` traditional Chinese. */
const OLD_CODES: Readonly<Record<string, string>> = {
  'pt-BR': 'pb',
  'zh-Hant': 'zt',
  'zh-TW': 'zt',
  nb: 'no',
};

/** Translation by a LibreTranslate server, between the languages that it has. */
export function createLibreTranslateTranslator(server: LibreTranslateServer): Translator {
  const client = new LibreTranslateClient(server);
  let known: { languages: LibreTranslateLanguages; atMs: number } | undefined;

  async function pairOf(from: string, to: string, signal: AbortSignal) {
    if (known === undefined || Date.now() - known.atMs > LANGUAGES_KNOWN_FOR_MS) {
      known = { languages: await client.languages(signal), atMs: Date.now() };
    }
    const { languages } = known;
    const source = languages.find(
      ({ code }) =>
        code ===
        codeIn(
          languages.map((one) => one.code),
          from,
        ),
    );
    const target = source && codeIn(source.targets, to);
    return source && target !== undefined ? { source: source.code, target } : undefined;
  }

  async function translateAll(
    texts: readonly string[],
    pair: { source: string; target: string; format: 'text' | 'html' },
    signal: AbortSignal,
  ): Promise<string[]> {
    const answers: string[] = [];
    for (const batch of batchesOf(texts))
      answers.push(...(await client.translate({ texts: batch, ...pair }, signal)));
    return answers;
  }

  /** Segments of one language. Where a name was lost, once more with the names marked: that costs fluency. */
  async function translateFrom(
    from: string,
    segments: readonly SegmentToTranslate[],
    { to, names, signal }: TranslationRequest,
  ): Promise<string[]> {
    const pair = await pairOf(from, to, signal);
    if (pair === undefined)
      throw new ClipScribeError(
        'ModelRejected',
        `The translation server no longer translates ${from} into ${to}.`,
      );
    const said = segments.map(({ text }) => text);
    const faultOf = (translation: string, text: string) =>
      translationFault(translation, { text, names, target: to });
    const translated = await translateAll(said, { ...pair, format: 'text' }, signal);
    const lost = said.flatMap((text, index) =>
      faultOf(translated[index] ?? '', text) === 'name-lost' ? [index] : [],
    );
    const marked = await translateAll(
      lost.map((index) => withProtectedNames(said[index] ?? '', names)),
      { ...pair, format: 'html' },
      signal,
    );
    marked.map(withoutMarks).forEach((translation, place) => {
      const index = lost[place] ?? 0;
      if (faultOf(translation, said[index] ?? '') === undefined) translated[index] = translation;
    });
    return translated.map((translation, index) => {
      const text = said[index] ?? '';
      const fault = faultOf(translation, text);
      // A sound or a name alone may well have no translation there.
      return fault !== undefined && isFatal(fault) ? text : tidied(translation);
    });
  }

  return {
    identity: `libretranslate+${VERSION}`,
    listens: false,
    canTranslate: async (from, to, signal) => (await pairOf(from, to, signal)) !== undefined,
    translate: async (request) => {
      const { segments } = request;
      const texts = new Map<SegmentToTranslate, string>();
      for (const [from, spoken] of Map.groupBy(segments, ({ language }) => language)) {
        const translated = await translateFrom(from, spoken, request);
        spoken.forEach((segment, index) => texts.set(segment, translated[index] ?? ''));
      }
      return {
        texts: segments.map((segment) => ({ text: texts.get(segment) ?? '', words: [] })),
        costUsd: 0,
      };
    },
  };
}

/** The server's code for a language: as it is, by its old name, or the language alone, as `pt` for `pt-PT`. */
const codeIn = (codes: readonly string[], language: string): string | undefined =>
  [language, OLD_CODES[language], baseLanguage(language), `${baseLanguage(language)}-Hans`].find(
    (code) => code !== undefined && codes.includes(code),
  );

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let characters = 0;
  for (const text of texts) {
    const last = batches.at(-1);
    characters += text.length;
    if (last === undefined || last.length >= MAXIMUM_TEXTS || characters > MAXIMUM_CHARACTERS) {
      batches.push([text]);
      characters = text.length;
    } else last.push(text);
  }
  return batches;
}
