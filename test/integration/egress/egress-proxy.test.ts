import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server as UpstreamServer } from 'proxy-chain';
import { ProxyAgent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  PUBLIC_ADDRESSES_ONLY,
  PUBLIC_AND_PRIVATE_ADDRESSES,
} from '../../../src/adapters/egress/address-policy.ts';
import { createEgress } from '../../../src/adapters/egress/create-egress.ts';
import type { RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import type { EgressSession } from '../../../src/ports/egress.ts';

const cleanups: (() => unknown)[] = [];
let site: Server;
let port: number;
let hits: string[];

beforeEach(async () => {
  hits = [];
  site = createServer((incoming, answer) => {
    hits.push(incoming.url ?? '');
    answer.end(`hello from ${incoming.headers.host}`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  port = (site.address() as AddressInfo).port;
  cleanups.push(() => site.close());
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const start = async (...options: Parameters<typeof createEgress>): Promise<RunningEgress> => {
  const egress = await createEgress(...options);
  cleanups.push(() => egress.close());
  return egress;
};

/** Fetches through the proxy, by a tunnel or as a plain request, as yt-dlp does for https and http. */
const fetchThrough = async (session: EgressSession, url: string, tunnel: boolean): Promise<string> => {
  const dispatcher = new ProxyAgent({ uri: session.proxyUrl, proxyTunnel: tunnel });
  cleanups.push(() => dispatcher.destroy());
  const { statusCode, body } = await request(url, { dispatcher });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  return text;
};

describe.each([
  ['a tunnel', true],
  ['a plain request', false],
])('the egress proxy, asked for %s', (_name, tunnel) => {
  it('carries what the policy allows', async () => {
    const egress = await start({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    const session = egress.openSession();
    expect(await fetchThrough(session, `http://127.0.0.1:${port}/`, tunnel)).toContain('hello');
    expect(session.failure()).toBeUndefined();
  });

  it.each(['127.0.0.1', '0x7f.1', '2130706433', 'localhost'])(
    'blocks %s and says so, with no connection made',
    async (host) => {
      const egress = await start({ policy: { ...PUBLIC_ADDRESSES_ONLY, allowsPort: () => true } });
      let connections = 0;
      site.on('connection', () => (connections += 1));
      const session = egress.openSession();
      await expect(fetchThrough(session, `http://${host}:${port}/`, tunnel)).rejects.toThrow();
      expect(session.failure()).toMatchObject({ code: 'AddressBlocked' });
      expect(connections).toBe(0);
    },
  );

  it('blocks a name that resolved to a public address when it was checked and to loopback when it is used', async () => {
    const answers = ['1.1.1.1', '127.0.0.1'];
    const lookup = () => Promise.resolve([{ address: answers.shift() ?? '127.0.0.1', family: 4 }]);
    const egress = await start({ policy: { ...PUBLIC_ADDRESSES_ONLY, allowsPort: () => true }, lookup });
    const session = egress.openSession();
    await egress.checkUrl(`http://rebinding.test:${port}/`);
    await expect(fetchThrough(session, `http://rebinding.test:${port}/`, tunnel)).rejects.toThrow();
    expect(session.failure()).toMatchObject({ code: 'AddressBlocked' });
    expect(hits).toEqual([]);
  });

  it('connects to the address it checked, resolving a name once', async () => {
    const answers = ['127.0.0.1'];
    const lookup = () => {
      const address = answers.shift();
      if (address === undefined) throw new Error('asked twice');
      return Promise.resolve([{ address, family: 4 }]);
    };
    const egress = await start({ policy: PUBLIC_AND_PRIVATE_ADDRESSES, lookup });
    const session = egress.openSession();
    expect(await fetchThrough(session, `http://pinned.test:${port}/1`, tunnel)).toContain('pinned.test');
    expect(await fetchThrough(session, `http://pinned.test:${port}/2`, tunnel)).toContain('pinned.test');
    expect(hits).toEqual(['/1', '/2']);
  });

  it('tells a host that refuses connections from a broken transfer', async () => {
    const egress = await start({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    const session = egress.openSession();
    site.close();
    await once(site, 'close');
    await expect(fetchThrough(session, `http://127.0.0.1:${port}/`, tunnel)).rejects.toThrow();
    expect(session.failure()).toMatchObject({ code: 'HostUnreachable' });
  });

  it('serves nobody without the credentials of an open session', async () => {
    const egress = await start({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    const session = egress.openSession();
    const wrong = { ...session, proxyUrl: session.proxyUrl.replace(/:\w+@/, ':guess@') };
    await expect(fetchThrough(wrong, `http://127.0.0.1:${port}/`, tunnel)).rejects.toThrow();
    session.close();
    await expect(fetchThrough(session, `http://127.0.0.1:${port}/`, tunnel)).rejects.toThrow();
    expect(hits).toEqual([]);
  });
});

describe('an egress session', () => {
  it('ends its open tunnels when it closes', async () => {
    const egress = await start({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
    const session = egress.openSession();
    const proxy = new URL(session.proxyUrl);
    const socket = connect(Number(proxy.port), proxy.hostname);
    const credentials = Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64');
    socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nProxy-Authorization: Basic ${credentials}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('200');
    const closed = once(socket, 'close');
    session.close();
    await closed;
  });

  it('refuses a name that does not exist before any work', async () => {
    const egress = await start({ policy: PUBLIC_ADDRESSES_ONLY });
    await expect(egress.checkUrl('https://no-such-host.invalid/')).rejects.toMatchObject({
      code: 'HostUnreachable',
    });
  });
});

describe('the egress proxy behind another one', () => {
  it.each([true, false])(
    'sends everything there, and still refuses private networks (tunnel: %s)',
    async (tunnel) => {
      const seen: string[] = [];
      const upstream = new UpstreamServer({
        host: '127.0.0.1',
        port: 0,
        prepareRequestFunction: ({ username, password, hostname }) => {
          seen.push(`${username}:${password} ${hostname}`);
          return {};
        },
      });
      await upstream.listen();
      cleanups.push(() => upstream.close(true));
      const upstreamProxyUrl = `http://me:secret@127.0.0.1:${upstream.port}`;
      const open = await start({ policy: PUBLIC_AND_PRIVATE_ADDRESSES, upstreamProxyUrl });
      const url = `http://127.0.0.1:${port}/`;
      expect(await fetchThrough(open.openSession(), url, tunnel)).toContain('hello');
      expect(seen).toEqual(['me:secret 127.0.0.1']);
      const closed = await start({ policy: PUBLIC_ADDRESSES_ONLY, upstreamProxyUrl });
      const session = closed.openSession();
      await expect(fetchThrough(session, 'http://10.0.0.1/', tunnel)).rejects.toThrow();
      expect(session.failure()?.code).toBe('AddressBlocked');
      expect(seen).toHaveLength(1);
    },
  );
});
