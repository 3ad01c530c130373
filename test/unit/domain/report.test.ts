import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { analyseTranscript } from '../../../src/domain/analysis.ts';
import type { KnowledgeGraph } from '../../../src/domain/knowledge.ts';
import { reportMarkdown, type ReportParts } from '../../../src/domain/report.ts';
import { threeTopicTalk } from '../../support/three-topic-talk.ts';

const talk = threeTopicTalk(30);
const graph: KnowledgeGraph = {
  nodes: [
    {
      id: 'jane-doe',
      name: 'Jane Doe',
      type: 'PERSON',
      aliases: ['Doe'],
      mentions: [{ segmentId: 's000001', start: 65, end: 66 }],
    },
    {
      id: 'board',
      name: 'Board',
      type: 'ORG',
      aliases: [],
      mentions: [{ segmentId: 's000001', start: 7, end: 8 }],
    },
  ],
  edges: [
    {
      subject: 'jane-doe',
      predicate: 'lead',
      object: 'board',
      confidence: 0.8,
      evidence: [{ segmentId: 's000001', start: 65, end: 68, quote: 'Jane Doe leads the board.' }],
    },
  ],
};

const parts: ReportParts = {
  video: {
    title: 'Water hearing',
    url: 'https://example.org/watch?v=1',
    durationSeconds: talk.durationSeconds,
    channel: 'The board',
    uploadedAt: '2026-01-02',
    route: 'short',
  },
  transcript: talk,
  graph,
  analysis: analyseTranscript(talk, graph, []),
  stages: [{ name: 'transcribe', model: 'base', seconds: 1, costUsd: 0, cached: false, attempts: 1 }],
  notices: [],
};

const silence: ReportParts = {
  ...parts,
  transcript: { language: 'und', durationSeconds: 60, segments: [] },
  graph: null,
  analysis: { summary: '', summarySentences: [], chapters: [], quotes: [], highlights: [] },
  stages: [],
};

describe('reportMarkdown', () => {
  it('names the facts, and every section with its times', () => {
    const report = reportMarkdown(parts);
    for (const text of [
      '# Water hearing\n',
      '- **Duration:** 9:00\n',
      '- **Language:** en\n',
      '- **Source:** <https://example.org/watch?v=1>\n',
      '- **Models:** transcribe: base\n',
      '## Summary\n\n- ',
      '## Chapters\n\n- 0:00 ',
      '## People\n\n| Name | Also | Mentions | First |\n| --- | --- | ---: | ---: |\n| Jane Doe | Doe | 1 | 1:05 |\n',
      '## Organisations\n\n',
      '- **Jane Doe** lead **Board**: “Jane Doe leads the board.” (1:05)\n',
      '## Quotes\n\n> ',
    ]) {
      expect(report).toContain(text);
    }
    expect(report).not.toContain('## Places');
    for (const { text } of parts.analysis.summarySentences) expect(report).toContain(text);
  });

  it('says so where nobody speaks, and leaves empty sections out', () => {
    expect(reportMarkdown(silence)).toBe(
      '# Water hearing\n\n- **Duration:** 9:00\n- **Source:** <https://example.org/watch?v=1>\n' +
        '- **Channel:** The board\n- **Published:** 2026-01-02\n- **Route:** short\n\n' +
        '> **Note:** No speech was found in this video.\n',
    );
  });

  it('gives the notices of the job', () => {
    const report = reportMarkdown({ ...silence, notices: ['This video has no audio track.', 'Second.'] });
    expect(report).toContain('> **Note:** This video has no audio track.\n>\n> **Note:** Second.\n');
    expect(report).not.toContain('No speech was found');
  });

  it('lets nothing from the video run or add markup', () => {
    const attack = '<img src=x onerror=alert(1)> [click](javascript:alert(1)) | # **bold**\n\n<script>';
    const hostile = JSON.parse(
      JSON.stringify(parts).replaceAll(
        /Jane Doe|Water hearing|The board|lead\b/g,
        JSON.stringify(attack).slice(1, -1),
      ),
    ) as ReportParts;
    const html = new MarkdownIt({ html: true, linkify: true }).render(reportMarkdown(hostile));
    expect(html).not.toMatch(/<(img|script)/);
    expect(html.match(/<a /g)).toHaveLength(1);
    expect(html.match(/<h1>/g)).toHaveLength(1);
  });

  it('cuts long tables and says where the rest is', () => {
    const [person] = graph.nodes;
    const nodes = Array.from({ length: 60 }, (_, index) => ({
      ...person!,
      id: `p${index}`,
      name: `Person ${index}`,
    }));
    const report = reportMarkdown({ ...parts, graph: { nodes, edges: [] } });
    expect(report).toContain('\n\n10 more are in core.json.\n');
  });

  it('lists what should be checked by ear, escaped, and has no such section where there is nothing', () => {
    const detail = '“<b>you</b>” stands there 8 times in a row';
    const suspectRanges = [{ start: 61, end: 64, kind: 'loop' as const, detail }];
    const page = reportMarkdown({ ...parts, transcript: { ...talk, suspectRanges } });
    expect(page).toContain(
      '## To be checked by ear\n\n- 1:01–1:04 “&lt;b&gt;you&lt;/b&gt;” stands there 8 times in a row',
    );
    expect(reportMarkdown(parts)).not.toContain('checked by ear');
  });
});
