import { markdownTable } from '../table.ts';
import { DER_RULES, type Evaluation, type SpeakerScore } from './evaluate.ts';
import { percent, sumErrors } from './rates.ts';
import type { Errors, OverlapScore } from './scorer.ts';

const COLUMNS = [
  'recording',
  'length',
  'words wrong',
  'sequential, batched',
  'cpWER',
  'speakers: true, found (peer)',
  ...DER_RULES.map(
    ({ collarSeconds, overlap }) => `DER ±${collarSeconds} s, overlap ${overlap ? 'in' : 'out'} (peer)`,
  ),
  'overlap: true, found, right (peer)',
  'cue errors',
  'of real time: job, sequential, batched',
];

/** One row a recording, and the sums: beside the job's figures those of the peers. */
export const evaluationTable = (evaluations: readonly Evaluation[]): string =>
  markdownTable(COLUMNS, [...evaluations.map(rowOf), sumRow(evaluations)]);

function rowOf(evaluation: Evaluation): string[] {
  const { name, durationSeconds, words, attributed, speakers, peer, violations, seconds } = evaluation;
  return [
    name,
    `${durationSeconds.toFixed(0)} s`,
    words ? percent(words.job) : '–',
    words ? `${percent(words.sequential)}, ${percent(words.batched)}` : '–',
    attributed ? percent(attributed) : '–',
    evaluation.speakersTrue > 0
      ? `${evaluation.speakersTrue}, ${speakers?.speakersFound ?? '–'} (${peer?.speakersFound ?? '–'})`
      : '–',
    ...DER_RULES.map((_, rule) => derCell(errorsBy(rule, speakers), errorsBy(rule, peer))),
    speakers || peer ? overlapCell(speakers?.overlaps, peer?.overlaps) : '–',
    String(violations.length),
    speeds(seconds, durationSeconds),
  ];
}

function sumRow(all: readonly Evaluation[]): string[] {
  const words = all.flatMap((one) => one.words ?? []);
  const seconds = (of: 'job' | 'sequential' | 'batched'): number =>
    all.reduce((total, one) => total + one.seconds[of], 0);
  const durationSeconds = all.reduce((total, one) => total + one.durationSeconds, 0);
  const withTruth = all.filter((one) => one.speakersTrue > 0);
  const right = (of: 'speakers' | 'peer'): number =>
    withTruth.filter((one) => one[of]?.speakersFound === one.speakersTrue).length;
  return [
    '**all**',
    `${durationSeconds.toFixed(0)} s`,
    percent(sumErrors(words.map((one) => one.job))),
    [words.map((one) => one.sequential), words.map((one) => one.batched)]
      .map((errors) => percent(sumErrors(errors)))
      .join(', '),
    percent(sumErrors(all.flatMap((one) => one.attributed ?? []))),
    `right in ${right('speakers')} (${right('peer')}) of ${withTruth.length}`,
    ...DER_RULES.map((_, rule) =>
      derCell(
        sumErrors(all.flatMap((one) => errorsBy(rule, one.speakers) ?? [])),
        sumErrors(all.flatMap((one) => errorsBy(rule, one.peer) ?? [])),
      ),
    ),
    overlapCell(sumOverlaps(all, 'speakers'), sumOverlaps(all, 'peer')),
    String(all.reduce((total, one) => total + one.violations.length, 0)),
    speeds(
      { job: seconds('job'), sequential: seconds('sequential'), batched: seconds('batched') },
      durationSeconds,
    ),
  ];
}

const errorsBy = (rule: number, score: SpeakerScore | null): Errors | undefined => score?.errors[rule];

function sumOverlaps(all: readonly Evaluation[], of: 'speakers' | 'peer'): OverlapScore {
  const sum = (kind: keyof OverlapScore): number =>
    all.reduce((total, one) => total + (one[of]?.overlaps[kind] ?? 0), 0);
  return { true: sum('true'), found: sum('found'), right: sum('right') };
}

/** Seconds. */
const overlapCell = (job: OverlapScore | undefined, peer: OverlapScore | undefined): string => {
  const seconds = (value: number | undefined): string => value?.toFixed(1) ?? '–';
  const hits = `${seconds(job?.true ?? peer?.true)} s, ${seconds(job?.found)} s, ${seconds(job?.right)} s`;
  return `${hits} (${seconds(peer?.found)} s, ${seconds(peer?.right)} s)`;
};

const derCell = (job: Errors | undefined, peer: Errors | undefined): string =>
  job || peer ? `${job ? percent(job) : '–'} (${peer ? percent(peer) : '–'})` : '–';

const speeds = (seconds: Evaluation['seconds'], durationSeconds: number): string =>
  [seconds.job, seconds.sequential, seconds.batched]
    .map((value) => (value / durationSeconds).toFixed(3))
    .join(', ');
