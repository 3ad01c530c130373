import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEntitiesCsv, toGexf, toKnowledgeGraphJson } from '../../../src/domain/graph-formats.ts';
import { knowledgeGraphSchema, type KnowledgeGraph } from '../../../src/domain/knowledge.ts';
import { buildKnowledgeGraph } from '../../../src/domain/knowledge-graph.ts';
import { extractionsArbitrary } from '../../support/extraction-arbitraries.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const graph: KnowledgeGraph = {
  nodes: [
    {
      id: 'jane-doe',
      name: 'Jane "J" Doe',
      type: 'PERSON',
      aliases: ['Doe', 'Dr. <Doe>'],
      mentions: [
        { segmentId: 's000001', start: 1, end: 2.5 },
        { segmentId: 's000001', start: 2, end: 3 },
        { segmentId: 's000009', start: 70.1234, end: 71 },
      ],
    },
    {
      id: 'cmd',
      name: '=cmd()',
      type: 'ORG',
      aliases: [],
      mentions: [{ segmentId: 's000001', start: 4, end: 5 }],
    },
  ],
  edges: [
    {
      subject: 'jane-doe',
      predicate: 'lead & own',
      object: 'cmd',
      confidence: 0.75,
      evidence: [{ segmentId: 's000001', start: 1, end: 5, quote: 'Jane <b>leads</b> it.\u0000' }],
    },
  ],
};

const video = { title: 'A & B', durationSeconds: 90 };

const graphArbitrary = transcriptArbitrary.chain(({ segments }) =>
  extractionsArbitrary(segments).map((extractions) => buildKnowledgeGraph(segments, extractions)),
);

describe('toKnowledgeGraphJson', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(graphArbitrary, (any) => {
        expect(knowledgeGraphSchema.parse(JSON.parse(toKnowledgeGraphJson(any)))).toEqual(any);
      }),
    );
  });
});

describe('toEntitiesCsv', () => {
  it('quotes what needs it and disarms formulas', () => {
    expect(toEntitiesCsv(graph)).toBe(
      'name,type,mentions,first,last\r\n"Jane ""J"" Doe",PERSON,3,1,71\r\n\'=cmd(),ORG,1,4,5\r\n',
    );
  });

  it('is a header alone without entities', () => {
    expect(toEntitiesCsv({ nodes: [], edges: [] })).toBe('name,type,mentions,first,last\r\n');
  });
});

describe('toGexf', () => {
  /** Attributes of all elements of a name, as an independent parser reads them. */
  const read = (xml: string, element: string) =>
    [...new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagName(element)].map((each) =>
      Object.fromEntries([...each.attributes].map(({ name, value }) => [name, value])),
    );

  it('is a dynamic GEXF 1.3 graph on the clock of the video', () => {
    const xml = toGexf(graph, video);
    expect(read(xml, 'gexf')).toEqual([{ xmlns: 'http://gexf.net/1.3', version: '1.3' }]);
    expect(read(xml, 'graph')).toMatchObject([
      { mode: 'dynamic', timeformat: 'double', start: '0', end: '90' },
    ]);
    expect(read(xml, 'node')).toEqual([
      { id: 'jane-doe', label: 'Jane "J" Doe' },
      { id: 'cmd', label: '=cmd()' },
    ]);
    expect(read(xml, 'edge')).toEqual([
      { id: '0', source: 'jane-doe', target: 'cmd', label: 'lead & own', kind: 'lead & own', weight: '1' },
    ]);
    const declared = read(xml, 'attribute').map(({ id }) => id);
    for (const value of read(xml, 'attvalue')) expect(declared).toContain(value['for']);
  });

  it('joins spells that overlap and rounds them to milliseconds', () => {
    const [, spells = ''] = /<node id="jane-doe".*?<spells>(.*?)<\/spells>/s.exec(toGexf(graph, video)) ?? [];
    expect(
      [...spells.matchAll(/start="([\d.]+)" end="([\d.]+)"/g)].map(([, start, end]) => [start, end]),
    ).toEqual([
      ['1', '3'],
      ['70.123', '71'],
    ]);
  });

  it('replaces characters that XML cannot hold', () => {
    expect(toGexf(graph, video)).toContain('Jane &lt;b&gt;leads&lt;/b&gt; it.\ufffd');
  });

  it('shows a name that looks like a reference as it is', () => {
    const [node] = graph.nodes;
    const name = 'R&#x110000;D &lt;b&gt;';
    const xml = toGexf({ nodes: node ? [{ ...node, name, aliases: [name] }] : [], edges: [] }, video);
    expect(read(xml, 'node')[0]?.['label']).toBe(name);
    expect(read(xml, 'attvalue').map(({ value }) => value)).toContain(name);
  });

  it('has every node and edge and no other, for any graph', () => {
    fc.assert(
      fc.property(graphArbitrary, (any) => {
        const xml = toGexf(any, video);
        expect(read(xml, 'node').map(({ id }) => id)).toEqual(any.nodes.map(({ id }) => id));
        expect(read(xml, 'edge').map(({ source, target }) => [source, target])).toEqual(
          any.edges.map(({ subject, object }) => [subject, object]),
        );
      }),
    );
  });
});
