import { InvalidArgumentError, Option, type Command } from 'commander';
import type { SpeakerRequest, TextRequest } from '../domain/correction-requests.ts';
import { formatClock, parseClock } from '../domain/time.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { plain, tableText } from './terminal/draw.ts';

interface SpeakersOptions extends JsonFlag {
  rename: SpeakerRequest['rename'];
  merge: SpeakerRequest['merge'];
  reassign: SpeakerRequest['reassign'];
}

interface CorrectOptions extends JsonFlag {
  segment: TextRequest['segments'];
  replace: TextRequest['replace'];
  undo: string[];
}

const routes = (api: Api) => api.client.api.jobs[':id'];

/** `clipscribe speakers` and `clipscribe correct`. */
export function registerCorrectionCommands(program: Command, context: CommandContext): void {
  registerSpeakers(program, context);
  registerCorrect(program, context);
}

const registerSpeakers = (program: Command, context: CommandContext): Command =>
  program
    .command('speakers')
    .summary('list, rename, merge and reassign the speakers of a job')
    .description(
      'Lists who speaks, or corrects it. Results are written anew in seconds; nothing is transcribed again.',
    )
    .argument('<id>', 'job id')
    .addOption(
      repeated('--rename <speaker=name>', 'give a speaker a name', (left, name) => ({ speaker: left, name })),
    )
    .addOption(
      repeated(
        '--merge <speakers=speaker>',
        'say that speakers, divided by commas, are another one',
        (left, into) => ({ speakers: left.split(','), into }),
      ),
    )
    .addOption(
      repeated(
        '--reassign <places=speaker>',
        'give segments (s000012) or stretches (12:00-12:30), divided by commas, to a speaker',
        (left, speaker) => ({ ...placesOf(left), speaker }),
      ),
    )
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ npx clipscribe speakers job_01… --rename S1=Ada --merge S3=S2')
    .action(async (id: string, { rename, merge, reassign, ...options }: SpeakersOptions) => {
      const api = await requireApi(context.settings());
      if (rename.length + merge.length + reassign.length === 0) {
        const { speakers } = await answerOf(api, routes(api).speakers.$get({ param: { id } }));
        return printAnswer(context, speakers, speakerTable(speakers), options);
      }
      const answer = await answerOf(
        api,
        routes(api).speakers.$patch({ param: { id }, json: { rename, merge, reassign } }),
      );
      printAnswer(context, answer, withNextStep(answer.message, id), options);
    });

const registerCorrect = (program: Command, context: CommandContext): Command =>
  program
    .command('correct')
    .summary('correct what was said, or list the corrections of a job')
    .description(
      'Corrects the text of a job, or lists its corrections and those that no longer fit. Corrections outlast `redo`.',
    )
    .argument('<id>', 'job id')
    .addOption(
      repeated(
        '--segment <place=text>',
        'give the segment of an id (s000012) or a time (12:03) another text',
        (left, text) => (/^s\d/.test(left) ? { id: left, text } : { at: secondsOf(left), text }),
      ),
    )
    .addOption(
      repeated('--replace <words=words>', 'replace whole words wherever they stand', (find, replaceWith) => ({
        find,
        replaceWith,
      })),
    )
    .addOption(
      new Option('--undo <correction>', 'take a correction back, such as c3')
        .argParser((value: string, before: string[]) => [...before, value])
        .default([], ''),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  $ npx clipscribe correct job_01… --replace "Temporel=Temporal" --segment "12:03=Good morning."',
    )
    .action(async (id: string, options: CorrectOptions) => {
      const api = await requireApi(context.settings());
      const answer = await correct(api, id, options);
      if (answer !== undefined)
        return printAnswer(context, answer, withNextStep(answer.message, id), options);
      const list = await answerOf(api, routes(api).corrections.$get({ param: { id } }));
      printAnswer(context, list, listText(list), options);
    });

/** @returns the answer to the last correction; undefined where none was asked for */
async function correct(api: Api, id: string, { segment, replace, undo }: CorrectOptions) {
  const answers = [];
  for (const correctionId of undo) {
    const corrections = routes(api).corrections[':correctionId'];
    answers.push(await answerOf(api, corrections.$delete({ param: { id, correctionId } })));
  }
  if (segment.length + replace.length > 0) {
    const json = { segments: segment, replace };
    answers.push(await answerOf(api, routes(api).transcript.$patch({ param: { id }, json })));
  }
  return answers.at(-1);
}

const withNextStep = (message: string, id: string): string =>
  `${message}\nWait for them with: npx clipscribe watch ${id}`;

/** An option `left=right` that may be given several times. */
const repeated = <Value>(
  flags: string,
  description: string,
  make: (left: string, right: string) => Value,
): Option =>
  new Option(flags, description)
    .argParser((pair: string, before: Value[]) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw new InvalidArgumentError('Write it with an equals sign between the two.');
      return [...before, make(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim())];
    })
    .default([], '');

function placesOf(text: string): Pick<SpeakerRequest['reassign'][number], 'segments' | 'ranges'> {
  const places = text.split(',').map((place) => place.trim());
  const isRange = (place: string): boolean => !/^s\d/.test(place);
  return {
    segments: places.filter((place) => !isRange(place)),
    ranges: places.filter(isRange).map((place) => {
      const [start, end, ...rest] = place.split('-');
      if (start === undefined || end === undefined || rest.length > 0)
        throw new InvalidArgumentError('Write a stretch as 12:00-12:30, or give the id of a segment.');
      return { start: secondsOf(start), end: secondsOf(end) };
    }),
  };
}

function secondsOf(text: string): number {
  const seconds = parseClock(text.trim());
  if (seconds === undefined) throw new InvalidArgumentError(`"${text}" is no time such as 12:03 or 723.5.`);
  return seconds;
}

interface ListedSpeaker {
  id: string;
  label: string;
  seconds: number;
  suggestion?: { name: string; confidence: number } | undefined;
}

const speakerTable = (speakers: readonly ListedSpeaker[]): string =>
  speakers.length === 0
    ? 'Speakers were not told apart in this job.'
    : tableText([
        ['SPEAKER', 'NAME', 'SPEAKS', 'SOUNDS LIKE'],
        ...speakers.map(({ id, label, seconds, suggestion }) => [
          ...[id, plain(label), formatClock(seconds)],
          suggestion === undefined ? '' : `${plain(suggestion.name)} (${suggestion.confidence.toFixed(2)})`,
        ]),
      ]);

interface CorrectionList {
  corrections: { id: string; description: string }[];
  conflicts: { correctionId: string; message: string }[];
}

function listText({ corrections, conflicts }: CorrectionList): string {
  if (corrections.length === 0) return 'The job has no corrections.';
  const broken = new Map(conflicts.map(({ correctionId, message }) => [correctionId, message]));
  return tableText([
    ['CORRECTION', 'WHAT', 'NO LONGER FITS'],
    ...corrections.map(({ id, description }) => [id, plain(description), plain(broken.get(id) ?? '')]),
  ]);
}
