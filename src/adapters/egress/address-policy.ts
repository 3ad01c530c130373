import ipaddr from 'ipaddr.js';

/** Which addresses and ports may be reached. */
export interface AddressPolicy {
  /** @param address an IP address as the resolver gives it */
  allowsAddress(address: string): boolean;
  allowsPort(port: number): boolean;
}

/**
 * Global unicast addresses, ports 80 and 443: the default. Everything else that has an address (loopback,
 * private, link-local with the clouds' metadata services, carrier-grade NAT, multicast, and the IPv6 ranges
 * that embed IPv4 addresses) is refused.
 */
export const PUBLIC_ADDRESSES_ONLY: AddressPolicy = {
  allowsAddress: (address) => rangeOf(address) === 'unicast',
  allowsPort: (port) => port === 80 || port === 443,
};

const PRIVATE_RANGES = new Set(['unicast', 'loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);

/** For development: also loopback and private networks, any port. Link-local stays refused: nobody develops there. */
export const PUBLIC_AND_PRIVATE_ADDRESSES: AddressPolicy = {
  allowsAddress: (address) => PRIVATE_RANGES.has(rangeOf(address)),
  allowsPort: () => true,
};

const rangeOf = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.parse(address).range() : 'invalid';
