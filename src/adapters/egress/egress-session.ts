import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import type { ClipScribeError } from '../../domain/errors.ts';

/** What the proxy knows of one session: who may use it, what went wrong, what is open. */
export class SessionRecord {
  readonly username = randomBytes(9).toString('hex');
  readonly password = randomBytes(24).toString('hex');
  /** By `host:port`; a session goes on with the address that it checked. */
  readonly targets = new Map<string, Promise<LookupAddress>>();
  readonly connectionIds = new Set<number>();
  #failure: ClipScribeError | undefined;

  admits(password: string): boolean {
    const given = Buffer.from(password);
    const expected = Buffer.from(this.password);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  noteFailure(failure: ClipScribeError): void {
    if (this.#failure?.code !== 'AddressBlocked') this.#failure = failure;
  }

  failure(): ClipScribeError | undefined {
    return this.#failure;
  }
}
