import { describe, expect, it } from 'vitest';
import {
  PUBLIC_ADDRESSES_ONLY,
  PUBLIC_AND_PRIVATE_ADDRESSES,
} from '../../../../src/adapters/egress/address-policy.ts';

const NEVER_PUBLIC = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  'not an address',
];

describe('the policy of public addresses only', () => {
  it.each(NEVER_PUBLIC)('refuses %s', (address) => {
    expect(PUBLIC_ADDRESSES_ONLY.allowsAddress(address)).toBe(false);
  });

  it.each(['1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700::1111'])('allows %s', (address) => {
    expect(PUBLIC_ADDRESSES_ONLY.allowsAddress(address)).toBe(true);
  });

  it('allows the two ports of the web and no other', () => {
    expect([22, 25, 80, 443, 6379, 8080].filter((port) => PUBLIC_ADDRESSES_ONLY.allowsPort(port))).toEqual([
      80, 443,
    ]);
  });
});

describe('the policy for development', () => {
  it.each(['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', 'fd00::1', '1.1.1.1'])('allows %s', (address) => {
    expect(PUBLIC_AND_PRIVATE_ADDRESSES.allowsAddress(address)).toBe(true);
  });

  it.each(['169.254.169.254', 'fe80::1', '0.0.0.0', '224.0.0.1'])('still refuses %s', (address) => {
    expect(PUBLIC_AND_PRIVATE_ADDRESSES.allowsAddress(address)).toBe(false);
  });
});
