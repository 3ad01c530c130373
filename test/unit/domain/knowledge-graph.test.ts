import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  knowledgeGraphSchema,
  type EntitySpan,
  type EntityType,
  type Extraction,
} from '../../../src/domain/knowledge.ts';
import { buildKnowledgeGraph } from '../../../src/domain/knowledge-graph.ts';
import type { Segment } from '../../../src/domain/transcript.ts';
import { extractionsArbitrary } from '../../support/extraction-arbitraries.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const materialArbitrary = transcriptArbitrary.chain(({ segments }) =>
  extractionsArbitrary(segments).map((extractions) => ({ segments, extractions })),
);

/** Segments of one second a word, ten seconds apart. */
function segmentsOf(...texts: string[]): Segment[] {
  return texts.map((text, index) => {
    const start = index * 10;
    const words = text.split(' ').map((word, position) => ({
      start: start + position,
      end: start + position + 1,
      text: word,
      confidence: 1,
    }));
    const end = start + words.length;
    return { id: `s${String(index + 1).padStart(6, '0')}`, start, end, text, speaker: null, words };
  });
}

function spanIn(segment: Segment | undefined, text: string, type: EntityType): EntitySpan {
  if (segment === undefined) throw new Error('no such segment');
  const startCharacter = segment.text.indexOf(text);
  return { segmentId: segment.id, text, type, startCharacter, endCharacter: startCharacter + text.length };
}

const extractionOf = (entities: EntitySpan[], relations: Extraction['relations'] = []): Extraction => ({
  languageSupported: true,
  entities,
  relations,
});

/** One mention per segment: the whole text is the name. */
function graphOfNames(...names: [string, EntityType][]) {
  const segments = segmentsOf(...names.map(([name]) => name));
  const entities = names.map(([name, type], index) => spanIn(segments[index], name, type));
  return buildKnowledgeGraph(segments, [extractionOf(entities)]).nodes;
}

const shape = (nodes: ReturnType<typeof graphOfNames>) =>
  nodes.map(({ name, type, aliases, mentions }) => [name, type, aliases, mentions.length]);

describe('buildKnowledgeGraph', () => {
  it('makes a valid graph of whatever the extractor returned', () => {
    fc.assert(
      fc.property(materialArbitrary, ({ segments, extractions }) => {
        const graph = buildKnowledgeGraph(segments, extractions);
        expect(knowledgeGraphSchema.parse(graph)).toEqual(graph);
        const ids = graph.nodes.map((node) => node.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const edge of graph.edges) {
          expect(ids).toContain(edge.subject);
          expect(ids).toContain(edge.object);
          expect(edge.subject).not.toBe(edge.object);
        }
      }),
    );
  });

  it('mentions every place once, in order, within its segment', () => {
    fc.assert(
      fc.property(materialArbitrary, ({ segments, extractions }) => {
        const graph = buildKnowledgeGraph(segments, extractions);
        const segmentById = new Map(segments.map((segment) => [segment.id, segment]));
        for (const { mentions } of graph.nodes) {
          let previousStart = 0;
          for (const mention of mentions) {
            const segment = segmentById.get(mention.segmentId);
            expect(mention.start).toBeGreaterThanOrEqual(Math.max(previousStart, segment?.start ?? Infinity));
            expect(mention.end).toBeGreaterThanOrEqual(mention.start);
            expect(mention.end).toBeLessThanOrEqual((segment?.end ?? 0) + 1e-9);
            previousStart = mention.start;
          }
        }
        for (const { evidence } of graph.edges) {
          for (const { segmentId, start, end } of evidence) {
            const segment = segmentById.get(segmentId);
            expect(start).toBeGreaterThanOrEqual(segment?.start ?? Infinity);
            expect(end).toBeLessThanOrEqual((segment?.end ?? 0) + 1e-9);
          }
        }
      }),
    );
  });

  it('does not depend on the order of windows, nor on one that came twice', () => {
    fc.assert(
      fc.property(materialArbitrary, ({ segments, extractions }) => {
        const graph = buildKnowledgeGraph(segments, extractions);
        expect(buildKnowledgeGraph(segments, [...extractions].reverse())).toEqual(graph);
        expect(buildKnowledgeGraph(segments, [...extractions, ...extractions])).toEqual(graph);
      }),
    );
  });

  it('makes one person of a title, a full name and a surname', () => {
    expect(
      shape(
        graphOfNames(
          ['Dr. Jane Doe', 'PERSON'],
          ['Jane Doe', 'PERSON'],
          ["Doe's", 'PERSON'],
          ['jane', 'PERSON'],
          ['Senator Doe', 'PERSON'],
        ),
      ),
    ).toEqual([['Jane Doe', 'PERSON', ['Dr. Jane Doe', 'Doe', 'jane', 'Senator Doe'], 5]]);
  });

  it('keeps a surname alone where two people have it', () => {
    expect(
      shape(graphOfNames(['Jane Doe', 'PERSON'], ['John Doe', 'PERSON'], ['Doe', 'PERSON'])).map(
        ([name]) => name,
      ),
    ).toEqual(['Jane Doe', 'John Doe', 'Doe']);
  });

  it('relates articles, possessives, acronyms and legal forms', () => {
    expect(
      shape(
        graphOfNames(
          ['the Senate', 'ORG'],
          ["Senate's", 'ORG'],
          ['U.S.', 'GPE'],
          ['United States', 'GPE'],
          ['FBI', 'ORG'],
          ['Federal Bureau of Investigation', 'ORG'],
          ['Acme Inc.', 'ORG'],
          ['Acme', 'ORG'],
        ),
      ),
    ).toEqual([
      ['Senate', 'ORG', [], 2],
      ['U.S.', 'GPE', ['United States'], 2],
      ['Federal Bureau of Investigation', 'ORG', ['FBI'], 2],
      ['Acme', 'ORG', ['Acme Inc.'], 2],
    ]);
  });

  it('lets mentions vote on the type, and values keep theirs', () => {
    expect(shape(graphOfNames(['Lincoln', 'PERSON'], ['Lincoln', 'GPE'], ['Lincoln', 'GPE']))).toEqual([
      ['Lincoln', 'GPE', [], 3],
    ]);
    expect(shape(graphOfNames(['May', 'PERSON'], ['May', 'DATE']))).toHaveLength(2);
  });

  it('mends the case of names that the recognizer wrote small', () => {
    expect(shape(graphOfNames(['jane doe', 'PERSON'], ['washington', 'GPE'], ['Washington', 'GPE']))).toEqual(
      [
        ['Jane Doe', 'PERSON', [], 1],
        ['Washington', 'GPE', [], 2],
      ],
    );
  });

  it('takes ids from names, so that they survive an edit elsewhere', () => {
    expect(graphOfNames(['Jane Doe', 'PERSON'], ['東京', 'GPE']).map((node) => node.id)).toEqual([
      'jane-doe',
      '東京',
    ]);
    const idOfJane = graphOfNames(['Paris', 'GPE'], ['Acme', 'ORG'], ['Jane Doe', 'PERSON']).at(-1)?.id;
    expect(idOfJane).toBe('jane-doe');
  });

  it('times a mention by its words, and finds a name whose characters were miscounted', () => {
    const segments = segmentsOf('Yesterday 👍 Jane Doe came to Paris.');
    const miscounted = { ...spanIn(segments[0], 'Jane Doe', 'PERSON'), startCharacter: 11, endCharacter: 19 };
    const { nodes } = buildKnowledgeGraph(segments, [extractionOf([miscounted])]);
    expect(nodes[0]?.mentions).toEqual([{ segmentId: 's000001', start: 2, end: 4 }]);
  });

  it('merges relations, gathers their evidence and grows sure with it', () => {
    const segments = segmentsOf('Jane Doe leads Acme.', 'Doe leads Acme Inc.', 'Doe met Doe.');
    const relation = (index: number, subject: string, predicate: string, object: string) => ({
      subject: spanIn(segments[index], subject, 'PERSON'),
      predicate,
      object: spanIn(segments[index], object, object.startsWith('Acme') ? 'ORG' : 'PERSON'),
      confidence: 0.6,
      quote: segments[index]?.text ?? '',
    });
    const relations = [
      relation(1, 'Doe', 'Leads', 'Acme Inc'),
      relation(0, 'Jane Doe', 'leads', 'Acme'),
      relation(2, 'Doe', 'met', 'Doe'),
    ];
    expect(buildKnowledgeGraph(segments, [extractionOf([], relations)]).edges).toEqual([
      {
        subject: 'jane-doe',
        predicate: 'leads',
        object: 'acme',
        confidence: 0.84,
        evidence: [
          { segmentId: 's000001', start: 0, end: 4, quote: 'Jane Doe leads Acme.' },
          { segmentId: 's000002', start: 10, end: 14, quote: 'Doe leads Acme Inc.' },
        ],
      },
    ]);
  });

  it('is empty without speech', () => {
    expect(buildKnowledgeGraph([], [])).toEqual({ nodes: [], edges: [] });
  });

  it('reduces the names of six hours', () => {
    const segments = segmentsOf(
      ...Array.from({ length: 8000 }, (_, index) => `Jane Doe${index % 2000} met Acme`),
    );
    const entities = segments.flatMap((segment, index) => [
      spanIn(segment, `Jane Doe${index % 2000}`, 'PERSON'),
      spanIn(segment, 'Acme', 'ORG'),
    ]);
    expect(buildKnowledgeGraph(segments, [extractionOf(entities)]).nodes).toHaveLength(2001);
  });
});
