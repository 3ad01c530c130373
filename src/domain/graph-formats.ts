import { create } from 'xmlbuilder2';
import { toCsv } from './csv.ts';
import type { Entity, KnowledgeGraph, Relation } from './knowledge.ts';
import { roundToMilliseconds } from './time.ts';
import { xmlText } from './xml-text.ts';

/** knowledge_graph.json: nodes and edges as the schema has them. */
export const toKnowledgeGraphJson = (graph: KnowledgeGraph): string => `${JSON.stringify(graph, null, 2)}\n`;

/** entities.csv: name, type, number of mentions, seconds of the first and the last one. */
export const toEntitiesCsv = ({ nodes }: KnowledgeGraph): string =>
  toCsv([
    ['name', 'type', 'mentions', 'first', 'last'],
    ...nodes.map(({ name, type, mentions }) => [
      name,
      type,
      mentions.length,
      mentions[0]?.start ?? '',
      mentions.at(-1)?.end ?? '',
    ]),
  ]);

const NODE_ATTRIBUTES = { type: 'string', aliases: 'string', mentions: 'integer' } as const;
const EDGE_ATTRIBUTES = { predicate: 'string', confidence: 'double', evidence: 'string' } as const;

/**
 * graph.gexf (GEXF 1.3, https://gexf.net): a dynamic graph on the clock of the video in seconds, so that Gephi
 * can play it. A node exists while its entity is named, an edge while its relation is said.
 */
export function toGexf(graph: KnowledgeGraph, video: { title: string; durationSeconds: number }): string {
  return create(
    { version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\ufffd' },
    {
      gexf: {
        '@xmlns': 'http://gexf.net/1.3',
        '@version': '1.3',
        meta: {
          creator: 'ClipScribe',
          description: 'Entities and relations of a video, with times in seconds',
        },
        graph: {
          '@mode': 'dynamic',
          '@defaultedgetype': 'directed',
          '@timeformat': 'double',
          '@timerepresentation': 'interval',
          '@start': 0,
          '@end': video.durationSeconds,
          attributes: [attributes('node', NODE_ATTRIBUTES), attributes('edge', EDGE_ATTRIBUTES)],
          nodes: { node: graph.nodes.map(gexfNode) },
          edges: { edge: graph.edges.map(gexfEdge) },
        },
      },
    },
  ).end({ prettyPrint: true });
}

const attributes = (kind: 'node' | 'edge', types: Readonly<Record<string, string>>) => ({
  '@class': kind,
  '@mode': 'static',
  attribute: Object.entries(types).map(([name, type]) => ({ '@id': name, '@title': name, '@type': type })),
});

const gexfNode = ({ id, name, type, aliases, mentions }: Entity) => ({
  '@id': id,
  '@label': xmlText(name),
  attvalues: values({ type, aliases: aliases.join('; '), mentions: mentions.length }, NODE_ATTRIBUTES),
  spells: { spell: spells(mentions) },
});

const gexfEdge = ({ subject, predicate, object, confidence, evidence }: Relation, index: number) => ({
  '@id': index,
  '@source': subject,
  '@target': object,
  '@label': xmlText(predicate),
  // Two entities may be joined by several verbs: edges of different kinds may run in parallel.
  '@kind': xmlText(predicate),
  '@weight': evidence.length,
  attvalues: values(
    { predicate, confidence, evidence: evidence.map(({ quote }) => quote).join('\n') },
    EDGE_ATTRIBUTES,
  ),
  spells: { spell: spells(evidence) },
});

/** Values by attribute: TypeScript checks that every declared attribute has one. */
const values = <Name extends string>(
  byName: Readonly<Record<Name, string | number>>,
  declared: Readonly<Record<Name, string>>,
) => ({
  attvalue: (Object.keys(declared) as Name[]).map((name) => ({
    '@for': name,
    '@value': xmlText(String(byName[name])),
  })),
});

/** The times of an element; Gephi refuses spells that overlap, so those that do become one. */
function spells(spans: readonly { start: number; end: number }[]): { '@start': number; '@end': number }[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged.map(({ start, end }) => ({
    '@start': roundToMilliseconds(start),
    '@end': roundToMilliseconds(end),
  }));
}
