import { endsClause, endsSentence } from './punctuation.ts';
import type { SubtitleToken } from './subtitle-tokens.ts';

/** Function words of a language, lower case. */
interface FunctionWords {
  /** Words that must not end a line: they belong to the word that follows. */
  articles: ReadonlySet<string>;
  /** Conjunctions and prepositions: a line should rather begin with one than end with it. */
  joiners: ReadonlySet<string>;
}

const functionWords = (articles: string, joiners: string): FunctionWords => ({
  articles: new Set(articles.split(' ')),
  joiners: new Set(joiners.split(' ')),
});

/** A language that is not here is broken at punctuation, pauses and for balance alone. */
const FUNCTION_WORDS: Readonly<Record<string, FunctionWords>> = {
  en: functionWords(
    'a an the my your his her its our their this these those every each mr mrs ms dr',
    'and or but nor so yet because although while when where if unless until since that which who whom whose ' +
      'than as of in on at by for with from to into onto about over under after before between through ' +
      'during without within against among toward towards upon across behind beyond',
  ),
  de: functionWords(
    'der die das den dem des ein eine einen einem einer eines kein keine mein dein sein ihr unser euer',
    'und oder aber denn sondern weil obwohl während wenn als ob dass damit bevor nachdem in im an am auf bei ' +
      'beim mit von vom zu zum zur für durch gegen ohne um über unter vor nach zwischen aus seit',
  ),
  fr: functionWords(
    'le la les un une des du au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces',
    'et ou mais donc or ni car que qui quand si comme lorsque puisque parce à de en dans sur sous avec sans ' +
      'pour par chez vers entre depuis pendant contre',
  ),
  es: functionWords(
    'el la los las un una unos unas al del mi mis tu tus su sus nuestro nuestra este esta estos estas',
    'y e o u pero sino porque aunque cuando que si como mientras a de en con sin por para sobre entre desde ' +
      'hasta hacia según durante contra',
  ),
  it: functionWords(
    'il lo la i gli le un uno una del dello della dei degli delle al alla nel nella mio mia suo sua questo questa',
    'e o ma perché quando che se come mentre di a da in con su per tra fra senza durante contro',
  ),
  pt: functionWords(
    'o a os as um uma uns umas do da dos das no na nos nas ao à meu minha seu sua este esta',
    'e ou mas porque quando que se como enquanto de em com sem por para sobre entre desde até contra',
  ),
  nl: functionWords(
    'de het een mijn jouw zijn haar ons onze hun dit deze die',
    'en of maar want omdat hoewel terwijl als wanneer dat in op aan bij met van voor door naar uit over ' +
      'onder tegen zonder tussen tot',
  ),
};
const NO_FUNCTION_WORDS = functionWords('', '');

/** What a break costs; the scale is that of the planner of cues. */
export const BREAK_COSTS = {
  sentence: 0,
  clause: 1,
  beforeJoiner: 2,
  plain: 5,
  afterJoiner: 9,
  afterArticle: 60,
};

const NOT_LETTERS = /[^\p{L}\p{M}'’]+/gu;

const bareWord = (token: SubtitleToken): string => token.text.replace(NOT_LETTERS, '').toLowerCase();

/** What it costs to break a line or a cue between two tokens: little at clauses, much after an article. */
export function breakCost(before: SubtitleToken, after: SubtitleToken, language: string): number {
  const { articles, joiners } = FUNCTION_WORDS[language] ?? NO_FUNCTION_WORDS;
  const word = bareWord(before);
  // "Dr." ends no sentence.
  if (articles.has(word) && !endsClause(before.text)) return BREAK_COSTS.afterArticle;
  if (endsSentence(before.text)) return BREAK_COSTS.sentence;
  if (endsClause(before.text)) return BREAK_COSTS.clause;
  if (joiners.has(word)) return BREAK_COSTS.afterJoiner;
  return joiners.has(bareWord(after)) ? BREAK_COSTS.beforeJoiner : BREAK_COSTS.plain;
}
