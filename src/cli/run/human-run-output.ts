import { relative, sep } from 'node:path';
import { styleText } from 'node:util';
import { formatClock } from '../../domain/time.ts';
import { drawAdvice, plain } from '../terminal/draw.ts';
import { errorText } from '../terminal/error-text.ts';
import { createLineDisplay, createLiveDisplay, type ProgressDisplay } from '../terminal/progress-display.ts';
import { style } from '../terminal/style.ts';
import { durationText } from '../terminal/stage-lines.ts';
import { isLive, type Terminal } from '../terminal/terminal.ts';
import { uploadProgress } from '../terminal/upload-progress.ts';
import type { RunOutput, RunResults } from './run-output.ts';

/** What the result files are, in the order in which a newcomer wants them. */
const FILE_NOTES: Readonly<Record<string, string>> = {
  'report.md': 'summary, chapters, people, quotes',
  'transcript.txt': 'the text, in paragraphs',
  'transcript.srt': 'subtitles',
  'transcript.vtt': 'subtitles for the web',
  'transcript.ttml': 'subtitles for broadcasters (IMSC 1.1)',
  'transcript.ass': 'subtitles with a style per speaker',
  'transcript.lrc': 'text for music players',
  'speakers.rttm': 'who spoke when',
  'transcript.json': 'every word with its times',
  'transcript.podcast.json': 'transcript for podcast feeds',
  'transcript.whisperx.json': 'every word, as WhisperX writes it',
  'knowledge_graph.json': 'who and what, and how they relate',
  'graph.gexf': 'the same for Gephi',
  'entities.csv': 'the same as a table',
  'core.json': 'everything in one document',
  'manifest.json': 'files with hashes, stages with times',
};

/** For people: progress on standard error, results on standard output. */
export function createHumanRunOutput({ stdout, stderr }: Terminal): RunOutput {
  let display: ProgressDisplay | undefined;
  const tell = (text: string): void => void stderr.write(`${text}\n`);
  return {
    onStarting: () => tell('Starting ClipScribe on this machine.'),
    onReady: (part, address) => {
      if (display === undefined)
        tell(style('dim', `  ${part} is ready${address === '' ? '' : ` at ${address}`}`));
    },
    onNotice: (sentence) => (display === undefined ? tell(sentence) : display.note(sentence)),
    uploading: (name) => uploadProgress({ stdout, stderr }, name),
    submitted(jobs, webUi) {
      const continued = jobs.filter(({ attached }) => attached);
      for (const { name } of continued) tell(`Going on with ${plain(name)} where it stopped.`);
      if (webUi !== null) tell(style('dim', `  Every step can be watched at ${webUi}`));
    },
    createDisplay(jobs) {
      display = isLive(stderr) ? createLiveDisplay(stderr, jobs) : createLineDisplay(stderr, jobs);
      return display;
    },
    results: (results) => void stdout.write(`${resultsText(results)}\n`),
    unfinished(job, status, command) {
      display = undefined;
      const words = { failed: 'failed', cancelled: 'was cancelled', needs_attention: 'needs attention' };
      const verb = words[status.status as keyof typeof words] ?? `is ${status.status}`;
      tell(`${style('bold', plain(job.name))} ${verb}.`);
      for (const line of drawAdvice(status)) tell(line);
      if (status.status === 'needs_attention') tell(`  Then go on with: ${command}`);
    },
    interrupted({ jobs, ownStack, command }) {
      const [first] = jobs;
      if (first === undefined) return tell('Interrupted.');
      if (ownStack) {
        tell('Interrupted. The job is kept, and what is done is not done again.');
        return tell(`  Go on with:  ${command}`);
      }
      tell('You have left; the job goes on.');
      for (const { jobId } of jobs) tell(`  Watch it:  npx clipscribe watch ${jobId}`);
      tell(`  Cancel it: npx clipscribe cancel ${first.jobId}`);
    },
    error: (error) => tell(errorText(error)),
    stopping: () => tell(style('dim', 'Stopping …')),
  };
}

function resultsText({ job, folder, files, facts, seconds, isOnly }: RunResults): string {
  const language =
    facts.language === null
      ? ''
      : (new Intl.DisplayNames(['en'], { type: 'language' }).of(facts.language) ?? '');
  const counts = [
    language,
    formatClock(facts.durationSeconds),
    facts.speakers === 0 ? '' : countText(facts.speakers, 'speaker'),
    countText(facts.entities, 'entity', 'entities'),
    countText(facts.relations, 'relation'),
  ];
  return [
    `${styleText('green', '✔')} ${styleText('bold', plain(job.name))} done in ${durationText(seconds)}`,
    `  ${counts.filter((text) => text !== '').join(' · ')}`,
    ...facts.notices.map((notice) => `  ${plain(notice)}`),
    `  Results in ${styleText('bold', shortPath(folder))}`,
    ...(isOnly ? fileLines(files.map(({ name }) => name)) : []),
  ].join('\n');
}

function fileLines(names: readonly string[]): string[] {
  const known = Object.keys(FILE_NOTES);
  const rank = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length);
  const width = Math.max(...names.map((name) => name.length));
  return names
    .toSorted((one, other) => rank(one) - rank(other))
    .map((name) => `    ${name.padEnd(width)}  ${styleText('dim', FILE_NOTES[name] ?? '')}`.trimEnd());
}

const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Relative to where the user stands, where that is shorter and clear. */
function shortPath(folder: string): string {
  const path = relative(process.cwd(), folder);
  return `${path.startsWith('..') || path === '' ? folder : path}${sep}`;
}
