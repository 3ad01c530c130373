import { findAliases, type NameGroup } from './entity-aliases.ts';
import { placeAllMentions, placeMention, transcriptClock, type PlacedMention } from './entity-mentions.ts';
import { hasCapitals, nameKey, VALUE_TYPES, withCapitals } from './entity-names.ts';
import type { Entity, EntitySpan, EntityType, Extraction, KnowledgeGraph } from './knowledge.ts';
import { mergeRelations } from './knowledge-relations.ts';
import type { Segment } from './transcript.ts';

const LONGEST_ID = 60;

/**
 * Reduces what was found in all windows to canonical entities and the relations between them, with the times
 * of every mention and the evidence of every relation.
 *
 * Spellings of one name become one entity with aliases (see `findAliases`); its type is what most mentions say.
 * An id is made of the name alone, so that it stays the same when another part of the transcript is edited; a
 * second entity of the same name has a number. The order of windows, or one that came twice, changes nothing.
 * Spans whose segment does not exist are left out.
 */
export function buildKnowledgeGraph(
  segments: readonly Segment[],
  extractions: readonly Extraction[],
): KnowledgeGraph {
  const clock = transcriptClock(segments);
  const mentions = placeAllMentions(extractions, clock);
  const mentionsByGroup = groupBy(mentions, (mention) => mention.groupKey);
  const aliases = findAliases(nameGroups(mentionsByGroup));
  const rootOf = (groupKey: string): string => aliases.get(groupKey) ?? groupKey;

  const ids = new Map<string, string>();
  const taken = new Set<string>();
  const nodes = [...groupBy(mentions, (mention) => rootOf(mention.groupKey))].map(
    ([root, members]): Entity => {
      const type = majorityType(members);
      const name = withCapitals(bestSurface(mentionsByGroup.get(root) ?? members), type);
      const id = uniqueId(name, taken);
      ids.set(root, id);
      return {
        id,
        name,
        type,
        aliases: aliasesOf(name, members),
        mentions: members.map(({ segmentId, start, end }) => ({ segmentId, start, end })),
      };
    },
  );

  const mentionByPlace = new Map(mentions.map((mention) => [mention.place, mention]));
  const entityIdOf = (span: EntitySpan): string | undefined => {
    const placed = placeMention(span, clock);
    const mention = placed === undefined ? undefined : mentionByPlace.get(placed.place);
    return mention === undefined ? undefined : ids.get(rootOf(mention.groupKey));
  };
  return {
    nodes,
    edges: mergeRelations(
      extractions.flatMap((extraction) => extraction.relations),
      { clock, entityIdOf },
    ),
  };
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

const nameGroups = (mentionsByGroup: ReadonlyMap<string, PlacedMention[]>): NameGroup[] =>
  [...mentionsByGroup]
    .map(([key, members]) => ({ key, type: majorityType(members), count: members.length }))
    .filter((group) => !VALUE_TYPES.has(group.type));

/** What most mentions say; the first in time where they are equally many. */
const majorityType = (members: readonly PlacedMention[]): EntityType =>
  mostFrequent(members.map((mention) => mention.type)) ?? 'PERSON';

/** The most frequent spelling, of those with capitals where there are any. */
function bestSurface(members: readonly PlacedMention[]): string {
  const surfaces = members.map((mention) => mention.surface);
  return mostFrequent(surfaces.filter(hasCapitals)) ?? mostFrequent(surfaces) ?? '';
}

function mostFrequent<Value>(values: readonly Value[]): Value | undefined {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: Value | undefined;
  for (const [value, count] of counts) {
    if (best === undefined || count > (counts.get(best) ?? 0)) best = value;
  }
  return best;
}

/** Other spellings in order of first mention; differences of case alone are none. */
function aliasesOf(name: string, members: readonly PlacedMention[]): string[] {
  const spellings = new Map<string, string>([[name.toLowerCase(), name]]);
  for (const { surface } of members) {
    const lowerCase = surface.toLowerCase();
    if (!spellings.has(lowerCase)) spellings.set(lowerCase, surface);
  }
  return [...spellings.values()].slice(1);
}

function uniqueId(name: string, taken: Set<string>): string {
  const words = nameKey(name).match(/[\p{L}\p{M}\p{N}]+/gu) ?? ['entity'];
  const slug = [...words.join('-')].slice(0, LONGEST_ID).join('');
  let id = slug;
  for (let number = 2; taken.has(id); number += 1) id = `${slug}-${number}`;
  taken.add(id);
  return id;
}
