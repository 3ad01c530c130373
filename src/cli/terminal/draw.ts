import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { stripVTControlCharacters, type styleText } from 'node:util';
import type { JobStatus } from '../../api/jobs/job-schemas.ts';
import { style } from './style.ts';
import { START_DOWNLOAD_WORKER } from '../../domain/download-state.ts';
import { stopText } from '../../domain/emergency-stop.ts';
import { ERRORS, isErrorCode } from '../../domain/errors.ts';
import {
  activityText,
  durationText,
  remainingText,
  stageLines,
  stateText,
  turnText,
  type StageLine,
  type StageMark,
} from './stage-lines.ts';

/** What a drawing depends on besides the job. */
export interface Canvas {
  columns: number;
  nowMs: number;
  /** Counts up; turns the spinner. */
  frame: number;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const BAR_WIDTH = 24;
const SHORT_BAR_WIDTH = 16;
const STAGE_WIDTH = 11;
const NARROW_COLUMNS = 60;

type Format = Parameters<typeof styleText>[0];

const MARKS: Readonly<Record<StageMark, { sign: string; format: Format }>> = {
  waiting: { sign: '·', format: 'dim' },
  running: { sign: '', format: 'cyan' },
  done: { sign: '✔', format: 'green' },
  paused: { sign: '‖', format: 'yellow' },
  attention: { sign: '!', format: 'yellow' },
  failed: { sign: '✖', format: 'red' },
  cancelled: { sign: '–', format: 'dim' },
};

/** One job with a bar per stage. */
export function drawJob(name: string, status: JobStatus, canvas: Canvas): string {
  // Whoever watches a job by its id learns its title with the metadata.
  const title = name === status.jobId ? status.title : name;
  const header = [
    ...(title === null ? [] : [style('bold', plain(title))]),
    style(title === null ? 'bold' : 'dim', status.jobId),
  ].join('  ');
  const lines = stageLines(status).map((line) => drawStage(line, canvas));
  const wanted =
    status.download?.state === 'no-worker' ? [fit(`  ${START_DOWNLOAD_WORKER}`, canvas.columns)] : [];
  return [fit(header, canvas.columns), ...lines, ...wanted, drawFooter(status, canvas)].join('\n');
}

/** One job in one line, for several at once. */
export function drawJobLine(name: string, status: JobStatus, nameWidth: number, canvas: Canvas): string {
  const mark = status.status === 'running' || status.status === 'queued' ? 'running' : terminalMark(status);
  const sign = drawSign(mark, canvas.frame);
  const share = status.progress / 100;
  const parts = [
    sign,
    padToWidth(cliTruncate(plain(name), nameWidth), nameWidth),
    drawBar(share, SHORT_BAR_WIDTH, mark),
    percent(share),
    [activityText(status), remainingText(status, canvas.nowMs)].filter((text) => text !== '').join(' · '),
  ];
  return fit(`  ${parts.join('  ')}`, canvas.columns);
}

const terminalMark = (status: JobStatus): StageMark => {
  switch (status.status) {
    case 'completed':
      return 'done';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
    case 'needs_attention':
      return 'attention';
    default:
      return 'paused';
  }
};

function drawStage({ stage, mark, share, detail }: StageLine, { columns, frame }: Canvas): string {
  const sign = drawSign(mark, frame);
  const label = style(mark === 'waiting' ? 'dim' : 'reset', stage.padEnd(STAGE_WIDTH));
  const hasBar = mark !== 'waiting' && mark !== 'done' && columns >= NARROW_COLUMNS;
  const bar = hasBar ? `${drawBar(share, BAR_WIDTH, mark)} ${percent(share)}  ` : '';
  return fit(`  ${sign} ${label} ${bar}${style('dim', plain(detail))}`, columns);
}

const drawSign = (mark: StageMark, frame: number): string => {
  const { sign, format } = MARKS[mark];
  return style(format, sign === '' ? (SPINNER[frame % SPINNER.length] ?? '') : sign);
};

const drawBar = (share: number, width: number, mark: StageMark): string => {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return style(MARKS[mark].format, '█'.repeat(filled)) + style('dim', '░'.repeat(width - filled));
};

const percent = (share: number): string => `${String(Math.floor(share * 100)).padStart(3)} %`;

function drawFooter(status: JobStatus, { columns, nowMs }: Canvas): string {
  const elapsed =
    status.startedAt === null ? '' : `${durationText((nowMs - Date.parse(status.startedAt)) / 1000)} elapsed`;
  const state = status.status === 'running' ? '' : stateText(status);
  const parts = [
    `${Math.floor(status.progress)} %`,
    ...[state, turnText(status), elapsed, remainingText(status, nowMs)],
  ];
  return fit(`  ${parts.filter((part) => part !== '').join(' · ')}`, columns);
}

/** What is wrong and what to do, where something is. */
export function drawAdvice({ jobId, error, stop, status }: JobStatus): string[] {
  return [
    ...(status === 'paused' && stop === null ? [`  Go on with: npx clipscribe resume ${jobId}`] : []),
    ...(error === null ? [] : drawError(error, status === 'failed' ? 'red' : 'yellow')),
    ...(stop === null ? [] : drawError({ code: 'EmergencyStop', message: stopText(stop) }, 'yellow')),
  ];
}

function drawError({ code, message }: { code: string; message: string }, format: Format): string[] {
  const fix = isErrorCode(code) ? [`  ${ERRORS[code].fix}`] : [];
  return [`  ${style(format, code)}  ${plain(message)}`, ...fix];
}

const padToWidth = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));

/** Text of strangers (titles, messages of tools) without control characters. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\p{Cc}/gu, ' ')
    .trim();

/**
 * One terminal line at most: longer ones would wrap and move the drawing. Styles cost no width. The cut may
 * leave one column more than asked for, where a character takes two.
 */
const fit = (line: string, columns: number): string => cliTruncate(line.trimEnd(), columns - 2);

/** Names and what there is to say of them, one a line; those of which there is nothing are left out. */
export function factsText(facts: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name.padEnd(width)}${text}`)
    .join('\n');
}

/** An RFC 3339 moment to the minute. */
export const moment = (at: string): string => at.slice(0, 16).replace('T', ' ');

/** `$12.30`, and `$0.0042` where cents would say nothing. */
export const dollars = (usd: number): string => `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;

/** Rows of cells, in columns as wide as they need to be. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths =
    rows[0]?.map((_heading, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? '')))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => padToWidth(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
