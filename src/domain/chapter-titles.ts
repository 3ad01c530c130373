import type { Entity, EntityType } from './knowledge.ts';
import type { SpokenSentence } from './transcript-sentences.ts';

const MAXIMUM_TOPICS = 3;
const MAXIMUM_TITLE_LENGTH = 70;
/** Dates and sums name no topic. */
const NAMING_TYPES: ReadonlySet<EntityType> = new Set([
  'PERSON', 'ORG', 'GPE', 'LOC', 'EVENT', 'PRODUCT', 'LAW', 'NORP', 'WORK_OF_ART', 'FAC',
]); // prettier-ignore
/** A name says more than a word, and two words more than one. */
const NAME_BONUS = 1.5;
const PAIR_BONUS = 1.6;

/** Something that a chapter may be about. */
interface Topic {
  /** Equal for all ways to write it. */
  key: string;
  text: string;
  count: number;
  bonus: number;
}

/**
 * Titles for consecutive parts of a transcript, from the names, words and pairs of words that are frequent in one
 * part and rare in the others (TF-IDF over parts), at most three to a title. A part without any gets its first
 * words.
 */
export function chapterTitles(parts: readonly SpokenSentence[][], entities: readonly Entity[]): string[] {
  const names = namesBySegment(entities);
  const topicsOfParts = parts.map((sentences) => topicsOf(sentences, names));
  const partsWith = new Map<string, number>();
  for (const { key } of topicsOfParts.flat()) partsWith.set(key, (partsWith.get(key) ?? 0) + 1);
  // What is in every part tells none apart; of one or two parts that cannot be said.
  const rarity = (key: string): number =>
    parts.length > 2 ? Math.log((parts.length + 0.5) / (partsWith.get(key) ?? 1)) : 1;

  return topicsOfParts.map((topics, index) => {
    const best = topics
      .map((topic) => ({ ...topic, score: topic.count * topic.bonus * rarity(topic.key) }))
      .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
    return titleFrom(best) || openingWords(parts[index] ?? []);
  });
}

function namesBySegment(entities: readonly Entity[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { name, type, mentions } of entities) {
    if (!NAMING_TYPES.has(type)) continue;
    for (const { segmentId } of mentions) names.set(segmentId, [...(names.get(segmentId) ?? []), name]);
  }
  return names;
}

function topicsOf(sentences: readonly SpokenSentence[], names: ReadonlyMap<string, string[]>): Topic[] {
  const topics = new Map<string, Topic>();
  const add = (key: string, text: string, bonus: number): void => {
    const topic = topics.get(key) ?? { key, text, count: 0, bonus };
    topic.count += 1;
    topic.bonus = Math.max(topic.bonus, bonus);
    // A capital may only be due to the beginning of a sentence, unless it is a name's.
    if (topic.bonus === NAME_BONUS ? bonus === NAME_BONUS : text === text.toLowerCase()) topic.text = text;
    topics.set(key, topic);
  };
  for (const { words, text, segmentId } of sentences) {
    for (const name of names.get(segmentId) ?? []) add(name.toLowerCase(), name, NAME_BONUS);
    words.forEach((word, index) => {
      if (word.term === null) return;
      add(word.term, word.text.slice(0, word.term.length), 1);
      const next = words[index + 1];
      if (next?.term == null) return;
      const pair = text.slice(word.start, next.start + next.text.length);
      if (pair === `${word.text} ${next.text}`) add(`${word.term} ${next.term}`, pair, PAIR_BONUS);
    });
  }
  const repeated = [...topics.values()].filter((topic) => topic.count > 1);
  return repeated.length > 0 ? repeated : [...topics.values()];
}

/** The best topics that share no word. */
function titleFrom(topics: readonly Topic[]): string {
  const taken = new Set<string>();
  const chosen: string[] = [];
  for (const { key, text } of topics) {
    const words = key.split(' ');
    if (words.some((word) => taken.has(word))) continue;
    if ([...chosen, text].join(', ').length > MAXIMUM_TITLE_LENGTH) continue;
    words.forEach((word) => taken.add(word));
    chosen.push(text);
    if (chosen.length === MAXIMUM_TOPICS) break;
  }
  return withCapital(chosen.join(', '));
}

const withCapital = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

function openingWords(sentences: readonly SpokenSentence[]): string {
  const text = sentences[0]?.text ?? '';
  if (text.length <= MAXIMUM_TITLE_LENGTH) return text;
  const cut = text.slice(0, MAXIMUM_TITLE_LENGTH);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), MAXIMUM_TITLE_LENGTH / 2)).trimEnd()}…`.toWellFormed();
}
