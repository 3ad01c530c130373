import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { Agent } from 'node:http';
import { RequestError, Server } from 'proxy-chain';
import type { PrepareRequestFunctionOpts, PrepareRequestFunctionResult } from 'proxy-chain';
import { ClipScribeError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Egress, EgressSession } from '../../ports/egress.ts';
import type { AddressPolicy } from './address-policy.ts';
import { parseWebUrl, resolveChecked } from './checked-address.ts';
import type { Lookup } from './checked-address.ts';
import { findAnsweringAddress } from './dial.ts';
import { SessionRecord } from './egress-session.ts';

interface EgressOptions {
  policy: AddressPolicy;
  /** The resolver; the system's own when absent. */
  lookup?: Lookup;
  /** A proxy behind ours, such as `socks5://host:1080`. Names are checked here, and resolved again there. */
  upstreamProxyUrl?: string | undefined;
}

/** The egress of one worker process, with the handle that ends it. */
export interface RunningEgress extends Egress {
  close(): Promise<void>;
}

/** Starts the egress proxy on a free loopback port. */
export const createEgress = async (options: EgressOptions): Promise<RunningEgress> => {
  const lookup = options.lookup ?? ((hostname) => dnsLookup(hostname, { all: true }));
  const sessions = new Map<string, SessionRecord>();
  // Connections are not kept for the next request: the key of Node's agents is the name, not the checked address.
  const httpAgent = new Agent({ keepAlive: false });

  const server = new Server({
    host: '127.0.0.1',
    port: 0,
    authRealm: 'egress',
    prepareRequestFunction: async (request): Promise<PrepareRequestFunctionResult> => {
      const session = sessions.get(request.username);
      if (session?.admits(request.password) !== true) return { requestAuthentication: true };
      session.connectionIds.add(request.connectionId);
      const { upstreamProxyUrl } = options;
      if (upstreamProxyUrl !== undefined) {
        await refusing(session, () => checkAddress(request, options.policy, lookup));
        return { upstreamProxyUrl };
      }
      const target = await checkTarget(request, session, options.policy, lookup);
      return {
        dnsLookup: pinned(target) as NonNullable<PrepareRequestFunctionResult['dnsLookup']>,
        httpAgent,
      };
    },
  });
  server.on('connectionClosed', ({ connectionId }: { connectionId: number }) => {
    for (const session of sessions.values()) session.connectionIds.delete(connectionId);
  });
  await server.listen();

  const openSession = (): EgressSession => {
    const record = new SessionRecord();
    sessions.set(record.username, record);
    return {
      proxyUrl: `http://${record.username}:${record.password}@127.0.0.1:${server.port}`,
      failure: () => record.failure(),
      close: () => {
        sessions.delete(record.username);
        for (const id of record.connectionIds) server.closeConnection(id);
      },
    };
  };

  return {
    checkUrl: async (text) => {
      const url = parseWebUrl(text, options.policy);
      await resolveChecked(url.hostname, options.policy, lookup);
      return url;
    },
    openSession,
    close: async () => {
      await server.close(true);
      httpAgent.destroy();
    },
  };
};

/** What the client sees; the reason itself is in the session. */
const STATUS_OF_REFUSAL: Partial<Record<ErrorCode, number>> = { HostUnreachable: 502, NetworkFailure: 504 };

/** @returns the addresses of a request's host, all of them allowed */
const checkAddress = (
  { hostname, port }: PrepareRequestFunctionOpts,
  policy: AddressPolicy,
  lookup: Lookup,
): Promise<LookupAddress[]> =>
  // Parsed as a web address, because `0x7f.1` in a CONNECT line has not been made canonical yet.
  resolveChecked(parseWebUrl(`http://${hostname}:${port}/`, policy).hostname, policy, lookup);

/**
 * Decides about one request. Its target is dialled once per session before the proxy connects: of a failure
 * later, inside a tunnel, nobody learns more than that it closed.
 */
const checkTarget = (
  request: PrepareRequestFunctionOpts,
  session: SessionRecord,
  policy: AddressPolicy,
  lookup: Lookup,
): Promise<LookupAddress> => {
  const key = `${request.hostname}:${request.port}`;
  return refusing(session, async () => {
    const check = async (): Promise<LookupAddress> =>
      findAnsweringAddress(await checkAddress(request, policy, lookup), request.hostname, request.port);
    let target = session.targets.get(key);
    if (target === undefined) session.targets.set(key, (target = check()));
    try {
      return await target;
    } catch (error) {
      session.targets.delete(key);
      throw error;
    }
  });
};

/** Makes errors of ours refusals, and notes them in the session. */
const refusing = async <T>(session: SessionRecord, check: () => Promise<T>): Promise<T> => {
  try {
    return await check();
  } catch (error) {
    if (!ClipScribeError.is(error)) throw error;
    session.noteFailure(error);
    throw new RequestError(error.message, STATUS_OF_REFUSAL[error.code] ?? 403);
  }
};

/** A resolver that knows one answer, so that what connects is what was checked. */
const pinned =
  (target: LookupAddress) =>
  (
    _hostname: string,
    options: LookupOptions,
    callback: (error: null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    if (options.all === true) callback(null, [target]);
    else callback(null, target.address, target.family);
  };
