import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/domain/without-secrets.ts';

describe('withoutSecrets', () => {
  it.each([
    ['Fetching https://user:pass@example.org/a.mp4 failed', 'Fetching https://example.org/a.mp4 failed'],
    ['at https://example.org/a?X-Amz-Signature=s&x=1#t : 403', 'at https://example.org/a : 403'],
    ['connect postgres://clip:pw@db:5432/clips', 'connect postgres://db:5432/clips'],
    ['smtp://a%40b.org:pw@mail:587 says no', 'smtp://mail:587 says no'],
    ['"http://127.0.0.1:1/a?token=s" or http://h?k=s', '"http://127.0.0.1:1/a" or http://h'],
    ['Incorrect API key provided: sk-0123456789.', 'Incorrect API key provided: ….'],
    ['The key A1b2C3d4E5 is not valid', 'The … is not valid'],
    ['key pictures, keyframes of everything', 'key pictures, keyframes of everything'],
    ['Authorization: Bearer abcdefgh12345', 'Authorization: …'],
    ['signed with whsec_C2FVsBQIhrscChlQIMV+b5s=', 'signed with …'],
    [`token res_${'aB3'.repeat(12)} is not known`, 'token … is not known'],
    ['job_01jd3m0p4ye6v8xz2q5r7t9abc: nothing to hide', 'job_01jd3m0p4ye6v8xz2q5r7t9abc: nothing to hide'],
  ])('makes of %j %j', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it('shows no password and no query of any address, and leaves JSON what it is', () => {
    const secret = fc.stringMatching(/^[a-f0-9]{32}$/);
    fc.assert(
      fc.property(fc.webUrl(), secret, fc.json(), (address, word, json) => {
        const url = new URL(address);
        Object.assign(url, { username: 'user', password: word, search: `?a=${word}`, hash: word });
        const line = JSON.stringify({ message: `At "${url.href}"\n${json}`, json, at: [url.href] });
        const shown = withoutSecrets(line);
        expect(shown).not.toContain(word);
        expect(Object.keys(JSON.parse(shown) as object)).toEqual(['message', 'json', 'at']);
      }),
    );
  });
});
