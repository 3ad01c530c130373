import type { EntityType, KnowledgeGraph } from './knowledge.ts';

/** Names of these are not translated; places, dates and the like have names of their own in each language. */
const KEPT_TYPES: ReadonlySet<EntityType> = new Set(['PERSON', 'ORG', 'PRODUCT']);

/** The names in some texts that stay as they are in a translation, in order of the alphabet. */
export function namesToKeep(graph: KnowledgeGraph | null, texts: readonly string[]): string[] {
  const said = texts.join('\n');
  const names = (graph?.nodes ?? [])
    .filter(({ type }) => KEPT_TYPES.has(type))
    .flatMap(({ name, aliases }) => [name, ...aliases])
    .filter((name) => said.includes(name));
  return [...new Set(names)].sort();
}
