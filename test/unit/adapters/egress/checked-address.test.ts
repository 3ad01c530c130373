import { describe, expect, it } from 'vitest';
import {
  PUBLIC_ADDRESSES_ONLY,
  PUBLIC_AND_PRIVATE_ADDRESSES,
} from '../../../../src/adapters/egress/address-policy.ts';
import { parseWebUrl, resolveChecked } from '../../../../src/adapters/egress/checked-address.ts';

const neverAsked = (): Promise<never> => Promise.reject(new Error('an address literal needs no resolver'));

describe('parseWebUrl', () => {
  it.each([
    'not a url',
    'file:///etc/passwd',
    'ftp://example.org/a.mp4',
    'gopher://example.org/',
    'javascript:alert(1)',
    'https://user@example.org/',
    'https://user:password@example.org/',
    'http://example.org:22/',
    'https://example.org:8443/',
  ])('refuses %s', (text) => {
    expect(() => parseWebUrl(text, PUBLIC_ADDRESSES_ONLY)).toThrow(
      expect.objectContaining({ code: 'InvalidUrl' }),
    );
  });

  it.each(['http://example.org/', 'https://example.org:443/a?b=c', 'http://example.org:443/'])(
    'takes %s',
    (text) => {
      expect(parseWebUrl(text, PUBLIC_ADDRESSES_ONLY).hostname).toBe('example.org');
    },
  );

  it('takes any port where private addresses are allowed', () => {
    expect(parseWebUrl('http://127.0.0.1:8080/', PUBLIC_AND_PRIVATE_ADDRESSES).port).toBe('8080');
  });
});

describe('resolveChecked', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://①②⑦.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
  ])('refuses the literal in %s', async (text) => {
    const { hostname } = parseWebUrl(text, PUBLIC_ADDRESSES_ONLY);
    await expect(resolveChecked(hostname, PUBLIC_ADDRESSES_ONLY, neverAsked)).rejects.toMatchObject({
      code: 'AddressBlocked',
    });
  });

  it('refuses a name when one of its addresses is private', async () => {
    const lookup = () =>
      Promise.resolve([
        { address: '1.1.1.1', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]);
    await expect(resolveChecked('mixed.test', PUBLIC_ADDRESSES_ONLY, lookup)).rejects.toMatchObject({
      code: 'AddressBlocked',
    });
  });

  it.each([
    ['ENOTFOUND', 'HostUnreachable'],
    ['ENODATA', 'HostUnreachable'],
    ['EAI_AGAIN', 'NetworkFailure'],
  ])('maps the resolver error %s to %s', async (resolverCode, code) => {
    const lookup = () => Promise.reject(Object.assign(new Error('lookup failed'), { code: resolverCode }));
    await expect(resolveChecked('a.test', PUBLIC_ADDRESSES_ONLY, lookup)).rejects.toMatchObject({ code });
  });
});
