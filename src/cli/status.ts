import type { Command } from 'commander';
import type { JobStatus } from '../api/jobs/job-schemas.ts';
import { requireApi } from './api/find-api.ts';
import { readStatus } from './api/follow-job.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { drawAdvice, factsText, plain } from './terminal/draw.ts';
import {
  activityText,
  NEARLY_DONE_SECONDS,
  rangeText,
  remainingText,
  stateText,
  turnText,
  basisText,
} from './terminal/stage-lines.ts';

/** `clipscribe status`: one look at a job. */
export function registerStatusCommand(program: Command, context: CommandContext): void {
  program
    .command('status')
    .summary('tell how far a job is')
    .argument('<id>', 'job id')
    .addOption(jsonOption())
    .action(async (jobId: string, options: JsonFlag) => {
      const status = await readStatus(await requireApi(context.settings()), jobId);
      printAnswer(context, status, statusText(status), options);
    });
}

/** A status in words. */
export function statusText(status: JobStatus): string {
  const { jobId, title, progress, startedAt, notices } = status;
  const remaining = remainingText(status, Date.now());
  const facts: [string, string][] = [
    ['job', jobId],
    ['title', plain(title ?? '')],
    ['status', stateText(status)],
    [
      'progress',
      `${Math.floor(progress)} %${status.status === 'running' ? ` · ${plain(activityText(status))}` : ''}`,
    ],
    ['turn', turnAndRange(status)],
    ['started', startedAt ?? ''],
    ['remaining', remaining],
    ['done', doneText(status, Date.now())],
    ['notice', notices.map(plain).join(' ')],
  ];
  return [factsText(facts), ...drawAdvice(status).map((line) => line.trim())].join('\n');
}

/** When the turn of a job comes that waits for it. */
function turnAndRange(status: JobStatus): string {
  const { estimatedWaitRange: range, estimateBasis } = status;
  const between = range === null ? '' : ` (${rangeText(range.lowSeconds, range.highSeconds)})`;
  return `${turnText(status)}${between}${basisText(estimateBasis)}`;
}

/** Between which times the job is probably done. */
function doneText({ estimatedCompletionRange: range }: JobStatus, nowMs: number): string {
  if (range === null) return '';
  const [low = 0, high = 0] = [range.earliest, range.latest].map((at) => (Date.parse(at) - nowMs) / 1000);
  return high < NEARLY_DONE_SECONDS ? '' : `probably in ${rangeText(low, high)}`;
}
