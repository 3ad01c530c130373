import type { BatchView } from '../../api/batches/batch-view.ts';
import { moment, plain, tableText } from '../terminal/draw.ts';
import type { ItemView } from './read-items.ts';

/** One batch for people, with the videos that somebody should look at. */
export function drawBatch(batch: BatchView, items: readonly ItemView[]): string {
  const { id, name, status, progress, summary, createdAt, completedAt, error } = batch;
  const facts: [string, string][] = [
    ['batch', id],
    ['name', plain(name ?? '')],
    ['status', status],
    ['progress', `${progress} % · ${summary}`],
    ['created', createdAt],
    ['ended', completedAt ?? ''],
    ['error', error === null ? '' : `${error.code}  ${plain(error.message)}`],
  ];
  return [
    ...facts.filter(([, text]) => text !== '').map(([label, text]) => `${label.padEnd(10)}${text}`),
    ...items.flatMap(drawItem),
    ...adviceOf(batch),
  ].join('\n');
}

const drawItem = ({ line, source, title, status, jobId, error }: ItemView): string[] => [
  '',
  `line ${line}  ${status.replace('_', ' ')}  ${plain(title ?? source)}`,
  ...(error === null ? [] : [`  ${error.code}  ${plain(error.message)}`]),
  ...(jobId === null ? [] : [`  ${jobId}`]),
];

function adviceOf({ counts }: BatchView): string[] {
  if (counts.needsAttention === 0) return [];
  return ['', 'See what a video waits for with: npx clipscribe status JOB'];
}

/** Batches in a table. */
export const drawBatches = (batches: readonly BatchView[]): string =>
  tableText([
    ['BATCH', 'STATUS', 'DONE', 'VIDEOS', 'FAILED', 'CREATED (UTC)', 'NAME'],
    ...batches.map(({ id, status, progress, counts, createdAt, name }) => [
      id,
      status,
      `${progress} %`,
      String(counts.total - counts.duplicate),
      String(counts.failed),
      moment(createdAt),
      plain(name ?? ''),
    ]),
  ]);
