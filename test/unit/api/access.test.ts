import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createTestApi, submitted } from '../../support/api.ts';
import { until } from '../../support/until.ts';

/**
 * Every route of openapi.json, as everybody who might come. A route that is added is tried as well: where it names
 * something that belongs to a user, say in OWNED how such a thing is made, and in BODIES what a request needs to be
 * looked at at all.
 */
const document = JSON.parse(readFileSync(new URL('../../../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, object>>;
};

interface Route {
  name: string;
  method: string;
  path: string;
}

const routes: Route[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
  })),
);

/** For everybody, or by an address that is a credential itself. */
const OPEN = ['GET /health', 'GET /ready', 'PUT /api/uploads/{id}'];

test('the document names the routes that need no token, and no others', () => {
  const open = routes.filter(({ path, method }) => {
    const { security } = document.paths[path]?.[method.toLowerCase()] as { security?: object[] };
    return security?.length === 0;
  });
  expect(open.map(({ name }) => name).sort()).toEqual([...OPEN].sort());
});
/** Names that are the same for all users. */
const SHARED = ['/v1/models/'];
/** A voice needs a job in which somebody was heard: voices.test.ts tries whose it is. */
const ELSEWHERE = ['/api/voices/'];

type Send = (method: string, path: string, body?: unknown) => Promise<Response>;

/** How a user makes the thing that a path with this beginning names. */
const OWNED: Readonly<Record<string, (send: Send) => Promise<string>>> = {
  '/api/jobs/': async (send) =>
    ((await (await send('POST', '/api/jobs', { url: 'https://example.org/talk' })).json()) as { id: string })
      .id,
  '/api/batches/': async (send) =>
    (
      (await (await send('POST', '/api/batches', { urls: ['https://example.org/talk'] })).json()) as {
        id: string;
      }
    ).id,
  '/api/uploads/': async (send) =>
    (
      (await (await send('POST', '/api/uploads', { fileName: 'talk.mp4', bytes: 6 })).json()) as {
        uploadId: string;
      }
    ).uploadId,
  '/api/projects/': async (send) => {
    const clipPaths = ['https://example.org/one.mp4', 'https://example.org/two.mp4'];
    await send('POST', '/api/reels', { clipPaths, projectId: 'of-the-owner', force_restart: true });
    return 'of-the-owner';
  },
  '/api/webhooks/': async (send) =>
    (
      (await (await send('POST', '/api/webhooks', { url: 'https://example.org/hook' })).json()) as {
        id: string;
      }
    ).id,
};

/** Bodies without which a route refuses a request before it asks whose the thing is. */
const BODIES: Readonly<Record<string, object>> = {};

/** What only administrators may ask. */
const isForAdministrators = ({ path }: Route): boolean =>
  path.startsWith('/api/admin/') || path === '/metrics';

const ofUsers = routes.filter((route) => !OPEN.includes(route.name) && !isForAdministrators(route));
const ofAdministrators = routes.filter(isForAdministrators);
const ofOwners = ofUsers.filter(
  ({ path }) => path.includes('{') && ![...SHARED, ...ELSEWHERE].some((prefix) => path.startsWith(prefix)),
);

const api = createTestApi();
const secrets: Record<string, string> = {};

async function createToken(body: object): Promise<{ id: string; token: string }> {
  const answer = await api.send('POST', '/api/admin/tokens', body);
  return (await answer.json()) as { id: string; token: string };
}

const sendAs =
  (secret: string | undefined): Send =>
  (method, path, body) =>
    api.send(method, path, method === 'GET' ? undefined : (body ?? {}), {
      authorization: secret === undefined ? undefined : `Bearer ${secret}`,
    });

/** A path with every name in it filled in. */
const filled = (path: string, id: string): string =>
  path.replace('{id}', id).replaceAll(/\{\w+\}/g, 'something');

beforeAll(async () => {
  for (const user of ['owner', 'other'])
    secrets[user] = (await createToken({ email: `${user}@example.org`, tier: 'researcher' })).token;
  const revoked = await createToken({ email: 'owner@example.org', tier: 'researcher' });
  await api.send('DELETE', `/api/admin/tokens/${revoked.id}`);
  secrets['revoked'] = revoked.token;
  const expiresAt = new Date(Date.now() + 1000).toISOString();
  const expired = await createToken({ email: 'owner@example.org', tier: 'researcher', expiresAt });
  secrets['expired'] = expired.token;
  await until(async () => (await sendAs(expired.token)('GET', '/api/jobs')).status === 401);
});

describe.each(['no', 'a revoked', 'an expired'])('with %s token', (kind) => {
  const secretOf = (): string | undefined => secrets[kind.split(' ')[1] ?? ''];

  test.each([...ofUsers, ...ofAdministrators].map((route) => [route.name, route] as const))(
    '%s is refused',
    async (_, { method, path }) => {
      const answer = await sendAs(secretOf())(method, filled(path, 'job_missing'));
      expect(answer.status).toBe(401);
    },
  );
});

describe("another user's token", () => {
  test.each(ofOwners.map((route) => [route.name, route] as const))(
    '%s finds nothing, as if there were nothing',
    async (name, { method, path }) => {
      const [, make] = Object.entries(OWNED).find(([prefix]) => path.startsWith(prefix)) ?? [];
      if (make === undefined) throw new Error(`${path} names what nobody knows how to make: see OWNED.`);
      const id = await make(sendAs(secrets['owner']));
      const body = BODIES[name];
      const [foreign, missing] = [
        await sendAs(secrets['other'])(method, filled(path, id), body),
        await sendAs(secrets['other'])(method, filled(path, `${id.slice(0, -4)}0000`), body),
      ];
      expect(foreign.status).toBe(404);
      expect(await foreign.text()).toBe((await missing.text()).replaceAll(`${id.slice(0, -4)}0000`, id));
      const own = await sendAs(secrets['owner'])(method, filled(path, id), body);
      expect([401, 403]).not.toContain(own.status);
    },
  );

  test('lists nothing of what the owner has', async () => {
    const id = await submitted({
      ...api,
      send: (...[method, path, body]) => sendAs(secrets['owner'])(method, path, body),
    });
    const lists = ofUsers.filter(({ method, path }) => method === 'GET' && !path.includes('{'));
    expect(lists.length).toBeGreaterThan(0);
    for (const { path } of lists) {
      const [own, foreign] = await Promise.all(
        ['owner', 'other'].map(async (user) => (await sendAs(secrets[user])('GET', path)).text()),
      );
      expect(foreign, path).not.toContain(id);
      if (path === '/api/jobs') expect(own).toContain(id);
    }
  });
});

describe('a token that is no administrator’s', () => {
  test.each(ofAdministrators.map((route) => [route.name, route] as const))(
    '%s is forbidden',
    async (_, route) => {
      const answer = await sendAs(secrets['owner'])(route.method, filled(route.path, 'token_missing'));
      expect(answer.status).toBe(403);
    },
  );
});
