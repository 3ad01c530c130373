import { describe, expect, test } from 'vitest';
import { endpointAt } from '../../../../src/adapters/local-models/endpoint.ts';
import { languageCode } from '../../../../src/adapters/local-models/language-names.ts';
import { errorForEvent, errorForResponse } from '../../../../src/adapters/local-models/server-errors.ts';

const headers = (values: Record<string, string> = {}) => new Headers(values);
const document = (code: string | null, message = 'Text.') =>
  JSON.stringify({ error: { message, code, type: 'x' } });

describe('errors of a model server', () => {
  test.each([
    [404, document('ModelUnknown'), 'ModelUnknown'],
    [404, document('model_not_found'), 'ModelUnknown'],
    [400, document('CorruptMedia'), 'CorruptMedia'],
    [400, document('invalid_language_format'), 'ModelRejected'],
    [401, document('invalid_api_key'), 'ModelRejected'],
    [413, '<html>too large</html>', 'ModelRejected'],
    [408, '', 'ModelUnavailable'],
    [500, 'oops', 'ModelUnavailable'],
    [503, document('ModelCrashed'), 'ModelUnavailable'],
    [429, document(null), 'RateLimited'],
  ])('an answer %i with %s is %s', (status, body, code) => {
    expect(errorForResponse(status, headers(), body).code).toBe(code);
  });

  test('waits as long as the server asked for', () => {
    expect(errorForResponse(429, headers({ 'retry-after': '7' }), '').retryAfterSeconds).toBe(7);
    expect(errorForResponse(429, headers({ 'retry-after': 'soon' }), '').retryAfterSeconds).toBeUndefined();
  });

  test('shows no key that a server repeats', () => {
    const { message } = errorForResponse(
      401,
      headers(),
      document('x', 'Incorrect API key: sk-abcdefgh12345678.'),
    );
    expect(message).not.toContain('abcdefgh12345678');
  });

  test('keeps foreign messages short and on one line', () => {
    const { message } = errorForResponse(400, headers(), document('x', 'a\nb'.repeat(1_000)));
    expect(message.length).toBeLessThan(400);
    expect(message).not.toContain('\n');
  });

  test('maps the error that a stream ends with', () => {
    expect(errorForEvent({ type: 'error', error: { message: 'gone', code: 'ModelCrashed' } }).code).toBe(
      'ModelUnavailable',
    );
    expect(errorForEvent({ type: 'error', error: { message: 'gone', code: 'ModelUnknown' } }).code).toBe(
      'ModelUnknown',
    );
    expect(errorForEvent({ error: { message: 'no language', code: 'InvalidInput' } }).code).toBe(
      'ModelRejected',
    );
    expect(errorForEvent(undefined).code).toBe('ModelUnavailable');
  });
});

test.each(['https://host.example/v1/', 'https://host.example/v1', 'https://host.example/'])(
  'the address %s means the same server',
  (url) => {
    expect(endpointAt(url, undefined).baseUrl).toBe('https://host.example');
  },
);

test('languages are known by code and by English name', () => {
  expect(['en', 'English', 'german', 'Mandarin', 'castilian'].map(languageCode)).toEqual([
    'en',
    'en',
    'de',
    'zh',
    'es',
  ]);
  expect(languageCode('klingon')).toBeUndefined();
});
