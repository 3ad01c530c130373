import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytesOfTree } from '../../src/adapters/prometheus/resident-memory.ts';
import { makeMedia } from '../../test/support/make-media.ts';
import { MediaServer } from '../../test/support/media-server.ts';
import { Stack } from '../../test/support/stack.ts';
import { makeTalk, talkInput } from '../../test/support/talk.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { percentile, percentiles } from '../table.ts';
import { Dice } from './dice.ts';
import type { LoadUser } from './load-user.ts';
import { scaled, type LoadOptions, type LoadRow } from './scenario.ts';
import { Service } from './service.ts';
import { forEachOf } from './within.ts';

const JOBS = 10_000;
const USERS = 100;
const SUBMITTED_AT_ONCE = 8;
const STATUS_CALLS = 500;
/** So that what was just made is collected, and the API has nothing left to start. */
const SETTLING_MS = 20_000;
const STATUS_P99_MS = 50;
/** Ten times the queue takes at most so much more memory. */
const FLAT = 1.25;
/** From here on memory is compared: everything has been used once. */
const WARM_SHARE = 0.1;

interface Job {
  user: LoadUser;
  id: string;
}

/**
 * (f) Ten thousand jobs wait while the model is held: what the API and a worker take of memory, and how quickly the
 * API tells how a job is. Everything is real.
 */
export async function longQueue(options: LoadOptions): Promise<LoadRow[]> {
  const stack = await Stack.start();
  const site = await new MediaServer().start();
  const home = stack.home();
  const service = await Service.start(home, stack.temporal);
  try {
    const worker = await stack.worker(home);
    const url = await serveTalk(site);
    stack.ledger.holdAfter(0);
    const dice = new Dice(options.seed);
    const total = scaled(JOBS, options, 50);
    const users = await Promise.all(
      Array.from({ length: scaled(USERS, options, 5) }, (_, index) =>
        service.user(`user-${index}`, 'student'),
      ),
    );
    const mib = async (pid: number): Promise<number> => (await residentBytesOfTree(pid)) / 1024 ** 2;
    const memory = async () => ({
      api: await mib(service.api.pid),
      inUse: inUseMib(await service.owner.text('/metrics')),
      worker: await mib(worker.pid),
    });

    // As many as the calls need: each may send so many a minute. Two jobs of each have their turn, and the third waits.
    const early = await Promise.all([0, 1, 2].map((index) => service.user(`early-${index}`, 'student')));
    const few = await submitMany(early, url, 3 * early.length);
    await sleep(SETTLING_MS / 4);
    const empty = await statusMilliseconds(few, dice);
    const jobs = await submitMany(users, url, Math.round(total * WARM_SHARE));
    await sleep(SETTLING_MS);
    await statusMilliseconds(jobs, dice);
    const warm = await memory();
    const startedAt = performance.now();
    const submitMs: number[] = [];
    jobs.push(...(await submitMany(users, url, total - jobs.length, submitMs)));
    const perSecond = submitMs.length / ((performance.now() - startedAt) / 1000);
    await sleep(SETTLING_MS);
    const full = await statusMilliseconds(jobs, dice);
    const queue = await service.owner.call<{ queue_depth: number; processing_jobs: number }>(
      'GET',
      '/api/queue/status',
    );
    const after = await memory();
    const open = queue.queue_depth + queue.processing_jobs;
    return [
      {
        scenario: `f · ${total} queued jobs of ${users.length} users: memory`,
        measured: memoryText(after),
        control: `with ${Math.round(total * WARM_SHARE)} queued: ${memoryText(warm)}`,
        target: `flat: ten times the jobs, at most ${FLAT} × the memory in use and of the worker`,
        holds: after.inUse <= FLAT * warm.inUse && after.worker <= FLAT * warm.worker,
      },
      {
        scenario: `f · status of any of the ${open} open jobs, ${STATUS_CALLS} calls`,
        measured: percentiles(full),
        control: `empty system: ${percentiles(empty)}`,
        target: `p99 < ${STATUS_P99_MS} ms`,
        holds: percentile(full, 0.99) < STATUS_P99_MS,
      },
      {
        scenario: `f · submitting them, ${SUBMITTED_AT_ONCE} at once`,
        measured: `${perSecond.toFixed(0)} a second, ${percentiles(submitMs)}; ${open} open of ${jobs.length + few.length} accepted`,
        ...{ control: '', target: 'none dropped', holds: open === jobs.length + few.length },
      },
    ];
  } finally {
    await service.close();
    await stack.close();
    await site.close();
    home.remove();
  }
}

interface Memory {
  /** Resident, with child processes. */
  api: number;
  worker: number;
  /** Of the API: what lives in its heap, and its buffers with the embedded database. */
  inUse: number;
}

const memoryText = ({ api, inUse, worker }: Memory): string =>
  `API ${api.toFixed(0)} MiB, of it in use ${inUse.toFixed(0)} MiB; worker ${worker.toFixed(0)} MiB`;

const inUseMib = (metrics: string): number =>
  ['nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'].reduce((sum, name) => {
    const [, bytes = 'NaN'] = new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics) ?? [];
    return sum + Number(bytes) / 1024 ** 2;
  }, 0);

/** A few seconds of speech at an address. */
async function serveTalk(site: MediaServer): Promise<string> {
  const talk = await makeTalk({ seconds: 5, pauseSeconds: 0.2 });
  const filePath = await makeMedia(join(testFolder(), 'talk.mp3'), ...talkInput(talk));
  site.files.set('/talk.mp3', { filePath, contentType: 'audio/mpeg', etag: '"talk"' });
  return site.url('/talk.mp3');
}

/** Submits so many jobs of the users in turn. */
async function submitMany(
  users: readonly LoadUser[],
  url: string,
  count: number,
  milliseconds: number[] = [],
): Promise<Job[]> {
  const jobs: Job[] = [];
  await forEachOf(Array.from({ length: count }), SUBMITTED_AT_ONCE, async (_, index) => {
    const user = users[index % users.length] as LoadUser;
    const startedAt = performance.now();
    const id = await user.submit({ url });
    milliseconds.push(performance.now() - startedAt);
    jobs.push({ user, id });
  });
  return jobs;
}

/** How long the status of a job takes, of any of them, one call after the other. */
async function statusMilliseconds(jobs: readonly Job[], dice: Dice): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let call = 0; call < STATUS_CALLS; call += 1) {
    const { user, id } = jobs[dice.between(0, jobs.length - 1)] as Job;
    const startedAt = performance.now();
    await user.status(id);
    milliseconds.push(performance.now() - startedAt);
  }
  return milliseconds;
}
