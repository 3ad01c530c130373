import stopword from 'stopword';
import { segmenterFor } from './sentences.ts';

/** Stop word lists by ISO 639-1 code. In other languages frequent words weigh little by their frequency alone. */
const STOP_WORD_LISTS: Readonly<Record<string, readonly string[]>> = {
  ar: stopword.ara,
  bg: stopword.bul,
  cs: stopword.ces,
  da: stopword.dan,
  de: stopword.deu,
  el: stopword.ell,
  en: stopword.eng,
  es: stopword.spa,
  fa: stopword.fas,
  fi: stopword.fin,
  fr: stopword.fra,
  he: stopword.heb,
  hi: stopword.hin,
  hu: stopword.hun,
  id: stopword.ind,
  it: stopword.ita,
  ja: stopword.jpn,
  nl: stopword.nld,
  no: stopword.nob,
  pl: stopword.pol,
  pt: stopword.por,
  ro: stopword.ron,
  ru: stopword.rus,
  sv: stopword.swe,
  th: stopword.tha,
  tr: stopword.tur,
  uk: stopword.ukr,
  vi: stopword.vie,
  zh: stopword.zho,
};

/** What people say without meaning it, and what the list for written English leaves out. */
const SPOKEN_ENGLISH = (
  'i you she he it we they me him her us them not only too very if as at be is are was were am by an the and ' +
  'um uh er ah oh hey yeah yes no ok okay well so just really actually basically literally right know mean think ' +
  'thing things stuff kind sort lot lots bit going go goes went gone gonna gotta wanna got getting gets let lets ' +
  'say says saying see sees seen look looks looking want wants wanted need needs one ones two three first second ' +
  'last next also even still back maybe perhaps else around something someone somebody anything anyone everything ' +
  'everyone nothing every always never often sometimes today tomorrow yesterday here there sir madam thank thanks ' +
  'please whom whose why does did done doing having will shall may can cannot nor then though although via per ' +
  'its ours yours hers theirs myself yourself itself themselves himself herself ourselves again against during ' +
  'until few own upon within without across among quite rather almost ever yet already put take takes taken took ' +
  'made makes making come comes coming tell tells told ask asks asked talk talks talking call calls called part ' +
  'way ways people person man men woman women time times year years day days week month hour minute moment ' +
  'don isn aren wasn weren doesn didn hasn haven hadn won wouldn couldn shouldn ain use used uses using good ' +
  'great big little new old long high low able give gives given gave keep keeps kept find found show shows shown ' +
  'work works working try tries tried trying happen happens happened start started end'
).split(' ');

const stopWordSets = new Map<string, ReadonlySet<string>>();

/** Words of a language that carry no topic; empty where no list is known. */
function stopWords(language: string): ReadonlySet<string> {
  const known = stopWordSets.get(language);
  if (known !== undefined) return known;
  const set = new Set([...(STOP_WORD_LISTS[language] ?? []), ...(language === 'en' ? SPOKEN_ENGLISH : [])]);
  stopWordSets.set(language, set);
  return set;
}

/** Whether there is a list of stop words for a language. */
export const hasStopWords = (language: string): boolean => stopWords(language).size > 0;

/** A word of a text: as it stands there, and as it is counted. Null terms carry no topic. */
export interface TextWord {
  text: string;
  term: string | null;
  start: number;
}

const CONTRACTION = /['’](?:s|re|ll|ve|d|m|t)$/u;
const HAS_LETTER = /\p{L}/u;
const IDEOGRAPH = /\p{Script=Han}/u;

/** The words of a text in order, divided by UAX #29. */
export function wordsOf(text: string, language: string): TextWord[] {
  const stops = stopWords(language);
  const words: TextWord[] = [];
  for (const { segment, index, isWordLike } of segmenterFor(language, 'word').segment(text)) {
    if (isWordLike !== true) continue;
    const lowerCase = segment.toLowerCase();
    const term = lowerCase.replace(CONTRACTION, '');
    const isContent =
      HAS_LETTER.test(term) &&
      (term.length > 2 || IDEOGRAPH.test(term)) &&
      !stops.has(lowerCase) &&
      !stops.has(term);
    words.push({ text: segment, term: isContent ? term : null, start: index });
  }
  return words;
}

/** How often each term occurs. */
export function countTerms(terms: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Cosine of two sparse vectors, 0–1 for counts and weights; 0 where one is empty. */
export function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let product = 0;
  for (const [term, weight] of small) product += weight * (large.get(term) ?? 0);
  return product === 0 ? 0 : product / Math.sqrt(squaredLength(a) * squaredLength(b));
}

function squaredLength(vector: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  return sum;
}
