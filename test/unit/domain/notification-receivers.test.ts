import { describe, expect, test } from 'vitest';
import {
  ALERT_EVENT_TYPES,
  jobEvent,
  WORK_EVENT_TYPES,
  type EventType,
  type NotificationEvent,
  type WorkEvent,
} from '../../../src/domain/notification-event.ts';
import { receiversOf, type KnownReceivers } from '../../../src/domain/notification-receivers.ts';

const nobody: KnownReceivers = { endpoints: [], requested: [], userMail: null, batch: null };
const eventOf = (type: WorkEvent['type'], data: Partial<WorkEvent['data']> = {}): WorkEvent => {
  const facts = { id: 'job_1', title: null, durationSeconds: null, costUsd: 0, error: null };
  const { timestamp, ...event } = jobEvent('job.complete', new Date('2026-11-25T12:00:00Z'), facts);
  return { type, timestamp, data: { ...event.data, ...data } };
};
const TROUBLE: readonly EventType[] = ['job.failed', 'job.needs_attention', 'cost.warning'];
const endpoint = {
  id: 'webhook_1',
  url: 'https://example.org/hook',
  events: ['job.complete', 'job.failed'],
  isDisabled: false,
} as const;
const addresses = (type: WorkEvent['type'], known: KnownReceivers, adminMails: string[]): string[] =>
  receiversOf(eventOf(type), known, adminMails).map(({ address }) => address);

describe('who is told', () => {
  test('endpoints, of the events that they take, while they are enabled', () => {
    const known = { ...nobody, endpoints: [endpoint] };
    expect(receiversOf(eventOf('job.complete'), known, [])).toEqual([
      { kind: 'webhook', address: endpoint.url, endpointId: endpoint.id },
    ]);
    expect(receiversOf(eventOf('job.started'), known, [])).toEqual([]);
    const disabled = { ...nobody, endpoints: [{ ...endpoint, isDisabled: true }] };
    expect(receiversOf(eventOf('job.complete'), disabled, [])).toEqual([]);
  });

  test('the user and the administrator of trouble, and of nothing else', () => {
    const known = { ...nobody, userMail: 'ada@example.org' };
    for (const type of WORK_EVENT_TYPES) {
      expect(addresses(type, known, ['admin@example.org']), type).toEqual(
        TROUBLE.includes(type) ? ['ada@example.org', 'admin@example.org'] : [],
      );
    }
    expect(addresses('job.failed', nobody, [])).toEqual([]);
  });

  test('administrators of alerts', () => {
    const data = {
      ...{ id: 'incident_1', alert: 'ClipScribeQueueDeep', severity: 'warning' as const, subject: null },
      ...{ summary: 'It is deep.', action: 'Add workers.', resolvedAt: null },
      openedAt: '2026-11-25T12:00:00Z',
    } as const;
    for (const type of ALERT_EVENT_TYPES) {
      const event = { type, timestamp: '2026-11-25T12:00:00Z', data };
      const told = receiversOf(event, nobody, ['one@example.org', 'two@example.org']);
      expect(told.map(({ address }) => address)).toEqual(['one@example.org', 'two@example.org']);
    }
  });

  test('them of videos of a batch once, by its end; and of a video that fails after it', () => {
    const mails = (event: NotificationEvent, batch: KnownReceivers['batch']) =>
      receiversOf(event, { ...nobody, userMail: 'ada@example.org', batch }, []).length;
    const failed = eventOf('job.failed');
    expect(mails(failed, { endedAt: null })).toBe(0);
    expect(mails(failed, { endedAt: new Date('2026-11-25T12:00:01Z') })).toBe(0);
    expect(mails(failed, { endedAt: new Date('2026-11-25T11:00:00Z') })).toBe(1);
    const failures = [{ line: 3, title: null, jobId: null, error: null }];
    expect(mails(eventOf('batch.complete', { failures }), null)).toBe(1);
    const error = { code: 'VideoUnavailable', message: 'It is private.' };
    expect(mails(eventOf('batch.complete', { error }), null)).toBe(1);
    expect(mails(eventOf('batch.complete'), null)).toBe(0);
  });

  test('a webhook of each video of a batch that fails', () => {
    const known = { ...nobody, endpoints: [endpoint], userMail: 'ada@example.org', batch: { endedAt: null } };
    expect(addresses('job.failed', known, [])).toEqual([endpoint.url]);
  });

  test('nobody twice', () => {
    const known: KnownReceivers = {
      endpoints: [endpoint, { ...endpoint, id: 'webhook_2' }],
      requested: [
        { kind: 'webhook', address: endpoint.url },
        { kind: 'mail', address: 'Ada@example.org' },
      ],
      userMail: 'ada@example.org',
      batch: null,
    };
    expect(receiversOf(eventOf('job.failed'), known, ['ADA@example.org'])).toEqual([
      { kind: 'webhook', address: endpoint.url, endpointId: 'webhook_1' },
      { kind: 'mail', address: 'ada@example.org', endpointId: null },
    ]);
  });

  test('whoever was named: a webhook of everything, signed by the endpoint of that address if there is one', () => {
    const requested = [
      { kind: 'webhook', address: endpoint.url },
      { kind: 'webhook', address: 'https://example.org/other' },
    ] as const;
    expect(receiversOf(eventOf('job.started'), { ...nobody, endpoints: [endpoint], requested }, [])).toEqual([
      { kind: 'webhook', address: endpoint.url, endpointId: 'webhook_1' },
      { kind: 'webhook', address: 'https://example.org/other', endpointId: null },
    ]);
  });

  test('an address whose endpoint was disabled not, though it was named', () => {
    const known: KnownReceivers = {
      ...nobody,
      endpoints: [{ ...endpoint, isDisabled: true }],
      requested: [{ kind: 'webhook', address: endpoint.url }],
    };
    expect(receiversOf(eventOf('job.complete'), known, [])).toEqual([]);
  });

  test('a named mail address of everything but the start', () => {
    const known: KnownReceivers = {
      ...nobody,
      requested: [{ kind: 'mail', address: 'desk@example.org' }],
    };
    const told = WORK_EVENT_TYPES.filter((type) => addresses(type, known, []).length > 0);
    expect(told).toEqual(WORK_EVENT_TYPES.filter((type) => type !== 'job.started'));
  });
});
