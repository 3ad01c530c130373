import type { ClipScribeError } from '../domain/errors.ts';

/**
 * The only way by which addresses that users give, or that pages and manifests lead to, are reached. Every
 * byte goes through a proxy on loopback that resolves a name once, checks the addresses and connects to what
 * it checked, so neither a redirect, a manifest nor a name that changes its mind leads into a private network.
 */
export interface Egress {
  /**
   * Refuses early what the proxy would refuse later, and says why.
   *
   * @throws ClipScribeError `InvalidUrl`, `AddressBlocked`, `HostUnreachable`, `NetworkFailure`
   */
  checkUrl(url: string): Promise<URL>;
  /** Opens the proxy for one piece of work; close it when the work ends. */
  openSession(): EgressSession;
}

/** One piece of work's use of the proxy, with credentials of its own, so that refusals are told apart. */
export interface EgressSession {
  /** `http://user:password@127.0.0.1:port`; loses its worth when the session closes. */
  readonly proxyUrl: string;
  /**
   * Why the proxy could not serve this session, where it could not: a blocked address before anything else,
   * otherwise the latest failure. A client behind the proxy sees only a broken connection.
   */
  failure(): ClipScribeError | undefined;
  /** Ends the session and all its connections at once. Idempotent. */
  close(): void;
}
