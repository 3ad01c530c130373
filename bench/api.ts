import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Request } from 'autocannon';
import { homeFolders } from '../src/config/home.ts';
import { ApiProcess } from '../test/support/api-process.ts';
import { OwnedProcess } from '../test/support/owned-process.ts';
import { PostgresServer } from '../test/support/postgres-server.ts';
import { TemporalProcess } from '../test/support/temporal-process.ts';
import { testFolder } from '../test/support/test-folder.ts';
import { until } from '../test/support/until.ts';
import { load, loadText, type Load } from './load.ts';
import type { Row } from './table.ts';

const JOBS = 1000;
/** To bare routes, and for the status. */
const REQUESTS = 2000;
/** What a new process frees and fetches in its first seconds is no measure of it. */
const SETTLING_MS = 5000;

/**
 * (h) Requests that the API answers beside a bare Hono route, ten at a time, and (i) its resident memory with a
 * thousand queued jobs: the real process over Temporal's dev server, with each database. Job and route take turns.
 */
export async function benchApi(): Promise<Row[]> {
  const bare = startProgram('bare-hono.ts');
  const postgres = await PostgresServer.start();
  try {
    const [, bareAddress = ''] = await bare.untilOutput(/"address":"([^"]+)"/);
    const withDatabase = async (name: string, settings: Record<string, string>): Promise<Row[]> =>
      rowsOf(name, await measure(bareAddress, settings));
    return [
      ...(await withDatabase('PGlite', {})),
      ...(await withDatabase('PostgreSQL', { CLIPSCRIBE_DATABASE_URL: await postgres.createDatabase() })),
    ];
  } finally {
    await bare.end('SIGTERM');
    await postgres.close();
  }
}

interface Measured {
  submit: Load;
  bareSubmit: Load;
  waiting: Load;
  running: Load;
  bareStatus: Load;
  idleMib: number;
  queuedMib: number;
}

async function measure(bareAddress: string, settings: Record<string, string>): Promise<Measured> {
  const temporal = await TemporalProcess.start();
  const home = testFolder();
  const api = await ApiProcess.start({ home, temporalAddress: temporal.address, settings });
  const worker = startProgram('held-worker.ts', { TEMPORAL_ADDRESS: temporal.address });
  const admin = bearer(await readFile(homeFolders(home).adminToken, 'utf8'));
  const ask = async (method: string, path: string, body?: object, headers = admin): Promise<Response> =>
    fetch(new URL(path, api.address), {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  try {
    await worker.untilOutput(/ready/);
    const account = await ask('POST', '/api/admin/tokens', {
      email: 'bench@example.org',
      tier: 'enterprise',
    });
    const user = bearer(((await account.json()) as { token: string }).token);
    const residentMib = async (): Promise<number> => {
      await sleep(SETTLING_MS);
      const metrics = await (await ask('GET', '/metrics')).text();
      return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]) / 1024 ** 2;
    };
    /** A job in this state, once there is one. */
    const jobThat = (status: string): Promise<string> =>
      until(async () => {
        const answer = await ask('GET', `/api/jobs?limit=1&status=${status}`, undefined, user);
        return ((await answer.json()) as { jobs: { id: string }[] }).jobs[0]?.id;
      }, 500);
    const statusOf = (jobId: string): Request => ({
      ...{ method: 'GET', path: `/api/jobs/${jobId}/status`, headers: user },
    });
    const idleMib = await residentMib();
    const bareSubmit = await load(bareAddress, posting('/job', {}), REQUESTS);
    const submit = await load(api.address, posting('/api/jobs', user), JOBS);
    const queuedMib = await residentMib();
    const bareStatus = await load(bareAddress, { method: 'GET', path: '/status' }, REQUESTS);
    const waiting = await load(api.address, statusOf(await jobThat('queued')), REQUESTS);
    const running = await load(api.address, statusOf(await jobThat('running')), REQUESTS);
    return { submit, bareSubmit, waiting, running, bareStatus, idleMib, queuedMib };
  } finally {
    await worker.end('SIGTERM');
    await api.close();
    await temporal.close();
  }
}

const rowsOf = (database: string, measured: Measured): Row[] => [
  {
    benchmark: `h · submit (POST /api/jobs), ${JOBS} jobs, ${database}`,
    measured: loadText(measured.submit),
    beside: `bare route: ${loadText(measured.bareSubmit)}`,
    target: '',
  },
  ...(['waiting', 'running'] as const).map((state) => ({
    benchmark: `h · status of a ${state} job, ${database}`,
    measured: loadText(measured[state]),
    beside: `bare route: ${loadText(measured.bareStatus)}`,
    target: 'p99 ≤ 50 ms',
  })),
  {
    benchmark: `i · memory of the API with ${JOBS} queued jobs, ${database}`,
    measured: `${measured.queuedMib.toFixed(0)} MiB`,
    beside: `idle: ${measured.idleMib.toFixed(0)} MiB`,
    target: 'flat',
  },
];

const bearer = (secret: string): { authorization: string } => ({ authorization: `Bearer ${secret.trim()}` });

const posting = (path: string, headers: { authorization?: string }): Request => ({
  ...{ method: 'POST', path, headers: { ...headers, 'content-type': 'application/json' } },
  body: JSON.stringify({ url: 'https://example.org/talk.mp4' }),
});

/** A program of this folder, as a process of its own. */
const startProgram = (name: string, environment: NodeJS.ProcessEnv = {}): OwnedProcess =>
  new OwnedProcess(name, [process.execPath, fileURLToPath(new URL(name, import.meta.url))], {
    environment: { PATH: process.env['PATH'], ...environment },
    folder: testFolder(),
  });
