import {
  isAlertEvent,
  type AlertEvent,
  type BatchFailure,
  type NotificationEvent,
  type WorkEvent,
} from './notification-event.ts';
import { formatClock } from './time.ts';

/** Subject and body of a mail, as text and as HTML that says the same. */
export interface MailContent {
  subject: string;
  text: string;
  html: string;
}

const HEADLINES: Readonly<Record<WorkEvent['type'], string>> = {
  'job.started': 'Started',
  'job.complete': 'Done',
  'job.failed': 'Failed',
  'job.cancelled': 'Cancelled',
  'job.needs_attention': 'Needs attention',
  'batch.complete': 'Batch done',
  'reel.complete': 'Reel done',
  'cost.warning': 'Cost ceiling near',
};

const LONGEST_TITLE = 120;
const CONTROL = /[\p{Cc}\p{Cf}\s]+/gu;

/** The mail about an event. Titles come from strangers: they stay one line, and are escaped in HTML. */
export const renderMail = (event: NotificationEvent): MailContent =>
  isAlertEvent(event) ? alertMail(event) : workMail(event);

interface Letter {
  headline: string;
  lead: string | null;
  facts: [string, string][];
  failures?: string[];
  next: string;
}

function workMail({ type, data }: WorkEvent): MailContent {
  return written({
    headline: `${HEADLINES[type]}: ${shortened(data.title ?? data.id)}`,
    lead: data.error === null ? null : `${data.error.message} (${data.error.code})`,
    facts: [
      ['Id', data.id],
      ...(data.videoCount > 1 ? [['Videos', String(data.videoCount)] as [string, string]] : []),
      ...(data.durationSeconds === null
        ? []
        : [['Length', formatClock(data.durationSeconds)] as [string, string]]),
      ...(data.costUsd > 0 ? [['Cost', `$${data.costUsd.toFixed(2)}`] as [string, string]] : []),
      ...(data.resultsUrl === null ? [] : [['Results', data.resultsUrl] as [string, string]]),
    ],
    failures: (data.failures ?? []).map(failureText),
    next: nextStep(type, data.id, (data.failures ?? []).length > 0),
  });
}

function alertMail({ type, data }: AlertEvent): MailContent {
  const isOver = type === 'alert.resolved';
  const kind = isOver ? 'Over' : data.severity === 'critical' ? 'Critical' : 'Warning';
  return written({
    headline: `${kind}: ${shortened(data.summary)}`,
    lead: isOver ? 'This is no longer so.' : data.action,
    facts: [
      ['Alert', data.alert],
      ['Incident', data.id],
      ['Since', data.openedAt],
      ...(data.resolvedAt === null ? [] : [['Until', data.resolvedAt] as [string, string]]),
    ],
    next: 'All incidents: npx clipscribe admin alerts',
  });
}

const written = ({ headline, lead, facts, failures = [], next }: Letter): MailContent => ({
  subject: headline,
  text: [
    headline,
    ...(lead === null ? [] : [lead]),
    facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
    ...(failures.length === 0 ? [] : [failures.join('\n')]),
    next,
  ].join('\n\n'),
  html: [
    `<h1 style="font-size:1.2em">${escaped(headline)}</h1>`,
    ...(lead === null ? [] : [`<p>${escaped(lead)}</p>`]),
    `<table>${facts.map(([name, value]) => `<tr><td>${name}</td><td>${escaped(value)}</td></tr>`).join('')}</table>`,
    ...(failures.length === 0
      ? []
      : [`<ul>${failures.map((failure) => `<li>${escaped(failure)}</li>`).join('')}</ul>`]),
    ...next.split('\n').map((line) => `<p>${escaped(line)}</p>`),
  ].join('\n'),
});

/** A video of a batch, such as `Line 3, A talk (job_…): The video is private. (VideoUnavailable)`. */
function failureText({ line, title, jobId, error }: BatchFailure): string {
  const name = title === null ? '' : `, ${shortened(title)}`;
  const job = jobId === null ? '' : ` (${jobId})`;
  const reason = error === null ? 'It waits for a decision.' : `${shortened(error.message)} (${error.code})`;
  return `Line ${line}${name}${job}: ${reason}`;
}

function nextStep(type: WorkEvent['type'], id: string, hasFailures: boolean): string {
  if (type === 'job.needs_attention') return `See what it waits for: npx clipscribe status ${id}`;
  if (type === 'job.failed') return `See why: npx clipscribe status ${id}`;
  if (type === 'cost.warning')
    return 'See what is spent: npx clipscribe usage. Jobs wait at the ceiling; docs/costs.md says how to raise it.';
  if (type === 'batch.complete') {
    const again = hasFailures ? `\nTry again what failed: npx clipscribe batch retry ${id}` : '';
    return `Fetch the results: npx clipscribe batch fetch ${id} --output-dir results${again}`;
  }
  if (type === 'job.complete' || type === 'reel.complete')
    return `Fetch the results: npx clipscribe fetch ${id} --output-dir results`;
  return `Its state: npx clipscribe status ${id}`;
}

function shortened(title: string): string {
  const line = title.toWellFormed().replace(CONTROL, ' ').trim();
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE - 1)}…` : line;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
