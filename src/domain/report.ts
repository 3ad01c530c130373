import type { Analysis, CoreDocument, Quote, StageRecord } from './core-document.ts';
import { conflictSentence } from './correction-text.ts';
import type { Entity, EntityType, KnowledgeGraph } from './knowledge.ts';
import { languagesBySpeech } from './language.ts';
import { escapeMarkdown, markdownLink } from './markdown.ts';
import { formatClock } from './time.ts';
import { suspectSentence } from './quality.ts';
import { toBeChecked } from './to-be-checked.ts';
import { languageOf, type Transcript } from './transcript.ts';

/** What report.md is made of. Stages that were skipped left nothing: null. */
export interface ReportParts {
  video: CoreDocument['video'];
  transcript: Transcript;
  graph: KnowledgeGraph | null;
  analysis: Analysis;
  stages: readonly StageRecord[];
  notices: readonly string[];
}

/** A table or list is cut here; the other results have everything. */
const MAXIMUM_ROWS = 50;

/**
 * report.md: what a video is about, on a page or two. Everything that comes from the video or its page is escaped
 * and can neither add markup nor run in a browser. Sections without content are left out.
 */
export function reportMarkdown(parts: ReportParts): string {
  const { video, transcript, graph, analysis } = parts;
  const sections = [
    `# ${escapeMarkdown(video.title)}`,
    facts(parts),
    notices(parts),
    section(
      'Summary',
      list(analysis.summarySentences.map(({ text, start }) => `${escapeMarkdown(text)} ${at(start)}`)),
    ),
    section(
      'Chapters',
      list(analysis.chapters.map(({ start, title }) => `${formatClock(start)} ${escapeMarkdown(title)}`)),
    ),
    section('Speakers', speakers(parts.transcript)),
    section('People', entityTable(graph, 'PERSON')),
    section('Organisations', entityTable(graph, 'ORG')),
    section('Places', entityTable(graph, 'GPE', 'LOC', 'FAC')),
    section('Relations', relations(graph)),
    section('Quotes', analysis.quotes.map(quote).join('\n\n')),
    section(
      'Corrections that no longer fit',
      cut(
        (transcript.corrections?.conflicts ?? []).map(
          (conflict) => `- ${escapeMarkdown(conflictSentence(conflict))}`,
        ),
      ),
    ),
    section(
      'To be checked by ear',
      cut(toBeChecked(transcript).map((range) => `- ${escapeMarkdown(suspectSentence(range))}`)),
    ),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

const section = (heading: string, content: string): string =>
  content === '' ? '' : `## ${heading}\n\n${content}`;

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

const at = (seconds: number): string => `(${formatClock(seconds)})`;

function facts({ video, transcript, stages }: ReportParts): string {
  const models = stages.flatMap(({ name, model }) =>
    model === null ? [] : [`${name}: ${escapeMarkdown(model)}`],
  );
  const languages = languagesBySpeech(
    transcript.segments.map((segment) => ({ ...segment, language: languageOf(segment, transcript) })),
  );
  const rows: [string, string | null][] = [
    ['Duration', formatClock(video.durationSeconds)],
    ['Language', languages.length > 0 ? escapeMarkdown(languages.join(', ')) : null],
    ['Source', video.url === null ? null : markdownLink(video.url)],
    ['Channel', video.channel === null ? null : escapeMarkdown(video.channel)],
    ['Published', video.uploadedAt === null ? null : escapeMarkdown(video.uploadedAt)],
    ['Route', video.route],
    ['Models', models.length === 0 ? null : models.join(', ')],
  ];
  return list(rows.flatMap(([name, value]) => (value === null ? [] : [`**${name}:** ${value}`])));
}

/** What the job has to say, and that nobody speaks where the job did not say so itself. */
function notices({ notices, transcript }: ReportParts): string {
  const isSilent = transcript.segments.length === 0 && notices.length === 0;
  const all = isSilent ? ['No speech was found in this video.'] : notices;
  return all.map((notice) => `> **Note:** ${escapeMarkdown(notice)}`).join('\n>\n');
}

/** Who speaks, and for how long. */
function speakers({ speakers = [] }: Transcript): string {
  if (speakers.length === 0) return '';
  const total = speakers.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = speakers.map(
    ({ label, seconds, suggestion }) =>
      `| ${escapeMarkdown(label)}${suggestion === undefined ? '' : ` (sounds like ${escapeMarkdown(suggestion.name)})`} | ${formatClock(seconds)} | ${Math.round((100 * seconds) / (total || 1))} % |`,
  );
  return `| Speaker | Speaks | Share |\n| --- | ---: | ---: |\n${cut(rows)}`;
}

/** The entities of some types, the most named first. */
function entityTable(graph: KnowledgeGraph | null, ...types: EntityType[]): string {
  const entities = (graph?.nodes ?? []).filter(({ type }) => types.includes(type));
  if (entities.length === 0) return '';
  const rows = entities.toSorted((a, b) => b.mentions.length - a.mentions.length).map(entityRow);
  return `| Name | Also | Mentions | First |\n| --- | --- | ---: | ---: |\n${cut(rows)}`;
}

const entityRow = ({ name, aliases, mentions }: Entity): string =>
  `| ${escapeMarkdown(name)} | ${escapeMarkdown(aliases.slice(0, 3).join(', '))} | ${mentions.length} | ` +
  `${formatClock(mentions[0]?.start ?? 0)} |`;

function relations(graph: KnowledgeGraph | null): string {
  if (graph === null) return '';
  const nameById = new Map(graph.nodes.map(({ id, name }) => [id, escapeMarkdown(name)]));
  const items = graph.edges
    .toSorted((a, b) => b.confidence - a.confidence)
    .map(({ subject, predicate, object, evidence }) => {
      const [first] = evidence;
      const said = first === undefined ? '' : `: “${escapeMarkdown(first.quote)}” ${at(first.start)}`;
      return `- **${nameById.get(subject)}** ${escapeMarkdown(predicate)} **${nameById.get(object)}**${said}`;
    });
  return cut(items);
}

/** The first rows, and in a paragraph of its own how many more there are. */
const cut = (rows: readonly string[]): string =>
  rows.length <= MAXIMUM_ROWS
    ? rows.join('\n')
    : `${rows.slice(0, MAXIMUM_ROWS).join('\n')}\n\n${rows.length - MAXIMUM_ROWS} more are in core.json.`;

const quote = ({ text, speaker, start }: Quote): string => {
  const who = speaker === null ? '' : `${escapeMarkdown(speaker)}, `;
  return `> ${escapeMarkdown(text)}\n>\n> — ${who}${formatClock(start)}`;
};
