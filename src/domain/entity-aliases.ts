import { acronymOf, companyKey, personTokens } from './entity-names.ts';
import type { EntityType } from './knowledge.ts';

/** All mentions of one spelling: its key, the type that most of them have, and how many there are. */
export interface NameGroup {
  key: string;
  type: EntityType;
  count: number;
}

/**
 * Which names stand for another: `Doe` and `Dr. Jane Doe` for `Jane Doe`, `FBI` for `Federal Bureau of
 * Investigation`, `Apple Inc.` for `Apple`. Only where one full name fits; `Doe` stays alone where there are
 * a Jane and a John.
 *
 * @returns for each key that is an alias the key that it stands for, which is none itself
 */
export function findAliases(groups: readonly NameGroup[]): Map<string, string> {
  const aliases = new Map<string, string>();
  const ofType = (type: EntityType) => groups.filter((group) => group.type === type);
  relatePeople(ofType('PERSON'), aliases);
  relateOrganisations(ofType('ORG'), aliases);
  relateAcronyms(ofType('GPE'), aliases);
  return new Map([...aliases.keys()].map((key) => [key, endOfChain(key, aliases)]));
}

/** An alias may stand for another: `Sen. Doe` for `Doe` for `Jane Doe`. Longer names end every chain. */
function endOfChain(key: string, aliases: ReadonlyMap<string, string>): string {
  let end = key;
  for (let next = aliases.get(end); next !== undefined; next = aliases.get(end)) end = next;
  return end;
}

function relatePeople(people: readonly NameGroup[], aliases: Map<string, string>): void {
  const roots = mergeEqual(people, (key) => personTokens(key).join(' '), aliases);
  const byLastName = new Map<string, string[]>();
  const byFirstName = new Map<string, string[]>();
  for (const [name, root] of roots) {
    const tokens = name.split(' ');
    if (tokens.length < 2) continue;
    append(byLastName, tokens.at(-1) ?? '', root);
    append(byFirstName, tokens[0] ?? '', root);
  }
  for (const [name, root] of roots) {
    if (name.includes(' ')) continue;
    const fullNames = byLastName.get(name) ?? byFirstName.get(name) ?? [];
    const [fullName] = fullNames;
    if (fullName !== undefined && fullNames.length === 1) aliases.set(root, fullName);
  }
}

function relateOrganisations(organisations: readonly NameGroup[], aliases: Map<string, string>): void {
  mergeEqual(organisations, companyKey, aliases);
  relateAcronyms(
    organisations.filter((group) => !aliases.has(group.key)),
    aliases,
  );
}

function relateAcronyms(groups: readonly NameGroup[], aliases: Map<string, string>): void {
  const byAcronym = new Map<string, string[]>();
  for (const { key } of groups) {
    const acronym = acronymOf(key);
    if (acronym !== undefined) append(byAcronym, acronym, key);
  }
  for (const { key } of groups) {
    const [fullName, ...others] = byAcronym.get(key) ?? [];
    if (fullName !== undefined && others.length === 0) aliases.set(key, fullName);
  }
}

/** Joins the groups whose keys reduce to the same; the root is the reduced key itself, or the most frequent. */
function mergeEqual(
  groups: readonly NameGroup[],
  reduce: (key: string) => string,
  aliases: Map<string, string>,
): Map<string, string> {
  const members = new Map<string, NameGroup[]>();
  for (const group of groups) append(members, reduce(group.key), group);
  const roots = new Map<string, string>();
  for (const [reduced, [first, ...others]] of members) {
    if (first === undefined) continue;
    const root = [first, ...others].reduce((best, group) =>
      best.key !== reduced && (group.key === reduced || group.count > best.count) ? group : best,
    );
    roots.set(reduced, root.key);
    for (const { key } of [first, ...others]) if (key !== root.key) aliases.set(key, root.key);
  }
  return roots;
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
