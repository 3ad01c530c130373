import type { EventType, NotificationEvent } from './notification-event.ts';
import { formatClock } from './time.ts';

/** Subject and body of a mail, as text and as HTML that says the same. */
export interface MailContent {
  subject: string;
  text: string;
  html: string;
}

const HEADLINES: Readonly<Record<EventType, string>> = {
  'job.started': 'Started',
  'job.complete': 'Done',
  'job.failed': 'Failed',
  'job.cancelled': 'Cancelled',
  'job.needs_attention': 'Needs attention',
  'batch.complete': 'Batch done',
  'reel.complete': 'Reel done',
};

const LONGEST_TITLE = 120;
const CONTROL = /[\p{Cc}\p{Cf}\s]+/gu;

/** The mail about an event. Titles come from strangers: they stay one line, and are escaped in HTML. */
export function renderMail({ type, data }: NotificationEvent): MailContent {
  const title = shortened(data.title ?? data.id);
  const facts: [string, string][] = [
    ['Id', data.id],
    ...(data.videoCount > 1 ? [['Videos', String(data.videoCount)] as [string, string]] : []),
    ...(data.durationSeconds === null
      ? []
      : [['Length', formatClock(data.durationSeconds)] as [string, string]]),
    ...(data.costUsd > 0 ? [['Cost', `$${data.costUsd.toFixed(2)}`] as [string, string]] : []),
    ...(data.resultsUrl === null ? [] : [['Results', data.resultsUrl] as [string, string]]),
  ];
  const lead = data.error === null ? null : `${data.error.message} (${data.error.code})`;
  const next = nextStep(type, data.id);
  return {
    subject: `${HEADLINES[type]}: ${title}`,
    text: [
      `${HEADLINES[type]}: ${title}`,
      ...(lead === null ? [] : [lead]),
      facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
      next,
    ].join('\n\n'),
    html: [
      `<h1 style="font-size:1.2em">${HEADLINES[type]}: ${escaped(title)}</h1>`,
      ...(lead === null ? [] : [`<p>${escaped(lead)}</p>`]),
      `<table>${facts.map(([name, value]) => `<tr><td>${name}</td><td>${escaped(value)}</td></tr>`).join('')}</table>`,
      `<p>${escaped(next)}</p>`,
    ].join('\n'),
  };
}

function nextStep(type: EventType, id: string): string {
  if (type === 'job.needs_attention') return `See what it waits for: npx clipscribe status ${id}`;
  if (type === 'job.failed') return `See why: npx clipscribe status ${id}`;
  if (type === 'batch.complete')
    return `Fetch the results: npx clipscribe batch fetch ${id} --output-dir results`;
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
