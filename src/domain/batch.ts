import { z } from 'zod';
import type { Tier } from './tiers.ts';

/** What a job of a batch gets unasked: less urgent than single jobs, also when its title raises it (B8). */
export const BATCH_PRIORITY = 2;

/** Videos of a batch that are accepted at once where no tier says how many may run. */
const WINDOW_WITHOUT_TIER = 20;
const LARGEST_WINDOW = 50;

/** How many videos of a batch are accepted at once: twice as many as may run, so that one always waits its turn. */
export const batchWindow = (tier: Pick<Tier, 'runningAtOnce'> | null): number =>
  tier === null ? WINDOW_WITHOUT_TIER : Math.min(LARGEST_WINDOW, 2 * tier.runningAtOnce);

export const batchStateSchema = z.enum([
  'running',
  /** Nothing new starts; jobs that run are being cancelled. */
  'cancelling',
  /** Every video has ended, or waits for somebody. */
  'completed',
  /** Its list could not be made. */
  'failed',
  'cancelled',
]);
export type BatchState = z.infer<typeof batchStateSchema>;

export const batchItemStateSchema = z.enum([
  /** Not accepted yet: its turn in the batch has not come. */
  'waiting',
  'queued',
  'running',
  'needs_attention',
  'completed',
  'failed',
  'cancelled',
  /** The same address stands earlier in the list. */
  'duplicate',
]);
export type BatchItemState = z.infer<typeof batchItemStateSchema>;

/** How many videos of a batch are in each state. */
export const batchCountsSchema = z.object({
  total: z.number().int(),
  waiting: z.number().int(),
  queued: z.number().int(),
  running: z.number().int(),
  needsAttention: z.number().int(),
  completed: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
  duplicate: z.number().int(),
});
export type BatchCounts = z.infer<typeof batchCountsSchema>;

/** Videos that have a place in the window. One that waits for a person holds up no other. */
export const openVideos = ({ queued, running }: BatchCounts): number => queued + running;

/** Whether nothing more happens by itself. */
export const isSettled = (counts: BatchCounts): boolean => counts.waiting + openVideos(counts) === 0;

/** 0–100: the share of videos that have ended. */
export const batchProgress = ({ total, duplicate, completed, failed, cancelled }: BatchCounts): number => {
  const videos = total - duplicate;
  return videos === 0 ? 100 : Math.floor((100 * (completed + failed + cancelled)) / videos);
};

/** One line about a batch, such as `47 of 50 videos completed · 2 failed · 1 needs attention`. */
export function batchSummary(counts: BatchCounts): string {
  const videos = counts.total - counts.duplicate;
  const parts: [number, string][] = [
    [counts.running, 'running'],
    [counts.queued + counts.waiting, 'waiting'],
    [counts.failed, 'failed'],
    [counts.cancelled, 'cancelled'],
    [counts.needsAttention, counts.needsAttention === 1 ? 'needs attention' : 'need attention'],
    [counts.duplicate, counts.duplicate === 1 ? 'duplicate' : 'duplicates'],
  ];
  return [
    `${counts.completed} of ${videos} ${videos === 1 ? 'video' : 'videos'} completed`,
    ...parts.flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}`])),
  ].join(' · ');
}

/** An address of a batch as a list gives it. */
export interface BatchEntry {
  /** Where it stands in the list, from 1. */
  line: number;
  url: string;
  title: string | null;
}

/** An entry with its place in the batch. */
export interface NewBatchItem extends BatchEntry {
  /** From 1. */
  number: number;
  isDuplicate: boolean;
}

/** Numbers entries and marks those whose address stood before. */
export function numberEntries(entries: readonly BatchEntry[]): NewBatchItem[] {
  const seen = new Set<string>();
  return entries.map((entry, index) => {
    const isDuplicate = seen.has(entry.url);
    seen.add(entry.url);
    return { ...entry, number: index + 1, isDuplicate };
  });
}

/** Lines of a list that name something: blank ones and those that begin with `#` do not. */
export const linesWithAddresses = (lines: readonly string[]): { line: number; text: string }[] =>
  lines
    .map((text, index) => ({ line: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
