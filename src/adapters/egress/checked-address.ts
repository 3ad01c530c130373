import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { ClipScribeError } from '../../domain/errors.ts';
import type { AddressPolicy } from './address-policy.ts';

/** Resolves a host name to all its addresses, as `dns.promises.lookup` with `all` does. */
export type Lookup = (hostname: string) => Promise<LookupAddress[]>;

/**
 * Parses an address from outside and refuses what is no plain web address.
 *
 * @throws ClipScribeError `InvalidUrl`
 */
export const parseWebUrl = (text: string, policy: AddressPolicy): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ClipScribeError('InvalidUrl', 'The address is not an http or https URL.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new ClipScribeError('InvalidUrl', 'The address holds a user name or password.');
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (!policy.allowsPort(port)) {
    throw new ClipScribeError('InvalidUrl', `The address uses port ${port}; only 80 and 443 are allowed.`);
  }
  return url;
};

/**
 * Resolves a host once and checks every address it has: one bad address among good ones is how names rebind.
 *
 * @param hostname as in `URL.hostname`: a name, or an IP literal in any spelling, IPv6 in brackets
 * @returns the addresses, all of them allowed
 * @throws ClipScribeError `AddressBlocked`, `HostUnreachable`, or `NetworkFailure` when the resolver is in trouble
 */
export const resolveChecked = async (
  hostname: string,
  policy: AddressPolicy,
  lookup: Lookup,
): Promise<LookupAddress[]> => {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const literalFamily = isIP(host);
  const addresses =
    literalFamily === 0 ? await resolve(host, lookup) : [{ address: host, family: literalFamily }];
  if (addresses.some(({ address }) => !policy.allowsAddress(address))) {
    throw new ClipScribeError('AddressBlocked', `The host ${host} leads to an address that is not public.`);
  }
  return addresses;
};

const resolve = async (host: string, lookup: Lookup): Promise<LookupAddress[]> => {
  try {
    const addresses = await lookup(host);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EAI_AGAIN') {
      throw new ClipScribeError('NetworkFailure', `The name server did not answer for ${host}.`, { cause });
    }
  }
  throw new ClipScribeError('HostUnreachable', `The host ${host} has no address.`);
};
