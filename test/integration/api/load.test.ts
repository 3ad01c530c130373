import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { homeFolders } from '../../../src/config/home.ts';
import { ApiProcess } from '../../support/api-process.ts';
import { PostgresServer } from '../../support/postgres-server.ts';
import { ScriptedService } from '../../support/scripted-service.ts';
import { testFolder } from '../../support/test-folder.ts';
import { until } from '../../support/until.ts';

/** Many at once, and everything that may die at the worst moment: what was accepted is done, once. */
let postgres: PostgresServer;
let service: ScriptedService;
beforeAll(async () => {
  postgres = await PostgresServer.start();
  service = await ScriptedService.start({ CLIPSCRIBE_DATABASE_URL: await postgres.createDatabase() });
});
afterAll(async () => {
  await service.close();
  await postgres.close();
  expect(service.defects).toEqual([]);
});

const post = (address: string, path: string, body: object, headers: Record<string, string>) =>
  fetch(new URL(path, address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const completedJobs = async (address: string, headers: Record<string, string>): Promise<string[]> => {
  const answer = await fetch(new URL('/api/jobs?status=completed&limit=100', address), { headers });
  if (!answer.ok) return [];
  return ((await answer.json()) as { jobs: { id: string }[] }).jobs.map(({ id }) => id).sort();
};

/** The development server of Temporal takes its time over so many jobs at once on a small machine. */
const PATIENCE = { timeout: 600_000 };

test(
  'fifty users who submit at once are all accepted, and all get what they asked for',
  PATIENCE,
  async () => {
    const { address } = service.api;
    const admin = (await readFile(homeFolders(service.home).adminToken, 'utf8')).trim();
    const users = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const body = { email: `user-${index}@example.org`, tier: 'student' };
        const answer = await post(address, '/api/admin/tokens', body, { authorization: `Bearer ${admin}` });
        return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` };
      }),
    );
    const answers = await Promise.all(
      users.map((user) => post(address, '/api/jobs', { url: 'https://example.org/the-same' }, user)),
    );
    expect(answers.map(({ status }) => status)).toEqual(users.map(() => 202));
    const accepted = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { id: string }).id),
    );
    expect(new Set(accepted).size).toBe(50);
    await service.withWorkers({}, async () => {
      for (const [index, user] of users.entries())
        await until(async () => (await completedJobs(address, user))[0] === accepted[index], 500);
    });
  },
);

test(
  'the API and PostgreSQL killed in mid-flight lose nothing, and nothing is done twice',
  PATIENCE,
  async () => {
    const home = testFolder();
    const settings = { CLIPSCRIBE_DATABASE_URL: await postgres.createDatabase() };
    const start = () => ApiProcess.start({ home, temporalAddress: service.temporal.address, settings });
    const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
    const submit = async (address: string, key: string): Promise<string | undefined> => {
      const body = { url: `https://example.org/${key}` };
      try {
        const answer = await post(address, '/api/jobs', body, { 'idempotency-key': key });
        return answer.status === 202 ? ((await answer.json()) as { id: string }).id : undefined;
      } catch {
        // The API is away, or goes away in the middle of its answer.
        return undefined;
      }
    };
    const first = await start();
    const submitting = keys.map(async (key, index) => {
      // One after the other, so that some are answered, some are under way, and some come too late.
      await new Promise((resolve) => setTimeout(resolve, index * 20));
      return submit(first.address, key);
    });
    await submitting[9];
    await postgres.kill();
    await first.kill();
    const told = await Promise.all(submitting);
    expect(told.filter((id) => id !== undefined).length).toBeGreaterThan(0);
    await postgres.restart();
    const second = await start();
    try {
      const ids = await Promise.all(keys.map((key) => until(() => submit(second.address, key), 1000)));
      // Who was told an id before the crash has this job.
      for (const [index, id] of told.entries()) if (id !== undefined) expect(ids[index]).toBe(id);
      await service.withWorkers({}, () =>
        until(async () => (await completedJobs(second.address, {})).length === keys.length, 500),
      );
      expect(await completedJobs(second.address, {})).toEqual([...ids].sort());
    } finally {
      await second.close();
    }
  },
);
