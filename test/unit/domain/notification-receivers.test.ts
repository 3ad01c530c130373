import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../../src/domain/notification-event.ts';
import { receiversOf, type KnownReceivers } from '../../../src/domain/notification-receivers.ts';

const nobody: KnownReceivers = { endpoints: [], requested: [], userMail: null };
const endpoint = {
  id: 'webhook_1',
  url: 'https://example.org/hook',
  events: ['job.complete', 'job.failed'],
  isDisabled: false,
} as const;
const addresses = (...parameters: Parameters<typeof receiversOf>): string[] =>
  receiversOf(...parameters).map(({ address }) => address);

describe('who is told', () => {
  test('endpoints, of the events that they take, while they are enabled', () => {
    const known = { ...nobody, endpoints: [endpoint] };
    expect(receiversOf('job.complete', known, null)).toEqual([
      { kind: 'webhook', address: endpoint.url, endpointId: endpoint.id },
    ]);
    expect(receiversOf('job.started', known, null)).toEqual([]);
    const disabled = { ...nobody, endpoints: [{ ...endpoint, isDisabled: true }] };
    expect(receiversOf('job.complete', disabled, null)).toEqual([]);
  });

  test('the user and the administrator of trouble, and of nothing else', () => {
    const known = { ...nobody, userMail: 'ada@example.org' };
    for (const type of EVENT_TYPES) {
      const isTrouble = type === 'job.failed' || type === 'job.needs_attention';
      expect(addresses(type, known, 'admin@example.org'), type).toEqual(
        isTrouble ? ['ada@example.org', 'admin@example.org'] : [],
      );
    }
    expect(addresses('job.failed', nobody, null)).toEqual([]);
  });

  test('nobody twice', () => {
    const known: KnownReceivers = {
      endpoints: [endpoint, { ...endpoint, id: 'webhook_2' }],
      requested: [
        { kind: 'webhook', address: endpoint.url },
        { kind: 'mail', address: 'Ada@example.org' },
      ],
      userMail: 'ada@example.org',
    };
    expect(receiversOf('job.failed', known, 'ADA@example.org')).toEqual([
      { kind: 'webhook', address: endpoint.url, endpointId: 'webhook_1' },
      { kind: 'mail', address: 'ada@example.org', endpointId: null },
    ]);
  });

  test('whoever was named: a webhook of everything, signed by the endpoint of that address if there is one', () => {
    const requested = [
      { kind: 'webhook', address: endpoint.url },
      { kind: 'webhook', address: 'https://example.org/other' },
    ] as const;
    expect(receiversOf('job.started', { ...nobody, endpoints: [endpoint], requested }, null)).toEqual([
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
    expect(receiversOf('job.complete', known, null)).toEqual([]);
  });

  test('a named mail address of everything but the start', () => {
    const known: KnownReceivers = {
      ...nobody,
      requested: [{ kind: 'mail', address: 'desk@example.org' }],
    };
    const told = EVENT_TYPES.filter((type) => addresses(type, known, null).length > 0);
    expect(told).toEqual(EVENT_TYPES.filter((type) => type !== 'job.started'));
  });
});
