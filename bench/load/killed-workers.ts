import { setTimeout as sleep } from 'node:timers/promises';
import { Stack, type StackJob } from '../../test/support/stack.ts';
import type { WorkerProcess } from '../../test/support/worker-process.ts';
import { Dice } from './dice.ts';
import { chunksOfStartingOver, doneAgain, finishedChunksOf, type OpenJob } from './read-history.ts';
import { scaled, type LoadOptions, type LoadRow } from './scenario.ts';
import { SpokenVideos } from './spoken-videos.ts';
import { within } from './within.ts';

const KILLING_SECONDS = 300;
const KILL_INTERVAL_MS = 10_000;
const WORKERS = 2;
const OPEN_JOBS = 3;
const VIDEO_SECONDS = [70, 200] as const;
/** Jobs that are not done so long after the last kill are taken to be lost. */
const PATIENCE_SECONDS = 600;

/**
 * (d) Every ten seconds one of two workers is killed and another one started, while jobs come without end. Everything
 * is real; what the model was asked for stands in a ledger between the workers and the model server.
 */
export async function killedWorkers(options: LoadOptions): Promise<LoadRow[]> {
  const stack = await Stack.start();
  const home = stack.home();
  try {
    const dice = new Dice(options.seed);
    const videos = new SpokenVideos(dice);
    const deadline = Date.now() + scaled(KILLING_SECONDS, options, 20) * 1000;
    const jobs: { job: StackJob; startedAtMs: number; endedAtMs: number | null; failed: boolean }[] = [];
    const keepSubmitting = async (): Promise<void> => {
      while (Date.now() < deadline) {
        const { path } = await videos.next(VIDEO_SECONDS);
        const job = await stack.submit({ kind: 'file', path });
        const entry = { job, startedAtMs: Date.now(), endedAtMs: null as number | null, failed: false };
        jobs.push(entry);
        await job.result().catch(() => (entry.failed = true));
        entry.endedAtMs = Date.now();
      }
    };
    const startWorker = (): Promise<WorkerProcess> => stack.worker(home);
    const workers = await Promise.all(Array.from({ length: WORKERS }, startWorker));
    const submitting = Array.from({ length: OPEN_JOBS }, keepSubmitting);
    const killsAtMs: number[] = [];
    const starting: Promise<unknown>[] = [];
    while (Date.now() < deadline) {
      await sleep(KILL_INTERVAL_MS);
      const victim = workers.splice(dice.between(0, Math.max(0, workers.length - 1)), 1)[0];
      // On a slow machine the one that takes its place may not be there yet.
      if (victim === undefined) continue;
      killsAtMs.push(Date.now());
      await victim.end('SIGKILL');
      starting.push(startWorker().then((worker) => workers.push(worker)));
    }
    await Promise.all(starting);
    let allEnded = false;
    void Promise.all(submitting).then(() => (allEnded = true));
    await within(PATIENCE_SECONDS, () => Promise.resolve(allEnded));
    const open = await Promise.all(
      jobs.map(async ({ job, startedAtMs, endedAtMs }): Promise<OpenJob> => ({
        startedAtMs,
        endedAtMs: endedAtMs ?? Infinity,
        chunks: finishedChunksOf(await job.handle.fetchHistory()),
      })),
    );
    const chunks = open.flatMap((job) => job.chunks);
    const { calls } = stack.ledger;
    const finished = jobs.filter(({ endedAtMs, failed }) => endedAtMs !== null && !failed).length;
    const left = await Promise.all(
      jobs
        .filter(({ endedAtMs }) => endedAtMs === null)
        .map(async ({ job }) => {
          const { state, stage } = await job.progress();
          return `one is ${state} at ${stage}`;
        }),
    );
    const again = doneAgain(chunks, calls);
    const known = new Set(calls.map(({ audioSha256 }) => audioSha256));
    // A chunk that the ledger never saw would prove nothing.
    const seen = chunks.every(({ audioSha256 }) => known.has(audioSha256));
    return [
      {
        scenario: `d · a worker killed every ${KILL_INTERVAL_MS / 1000} s, ${killsAtMs.length} times: jobs`,
        measured: [`${finished} of ${jobs.length} finished`, ...left].join('; '),
        ...{ control: '', target: 'all', holds: finished === jobs.length && killsAtMs.length > 0 },
      },
      {
        scenario: `d · their ${chunks.length} chunks`,
        measured: `${again} done again once finished; ${calls.length} calls of the model, ${stack.ledger.in('aborted').length} of them cut off by a kill`,
        control: `if open jobs began anew at each kill: ${chunksOfStartingOver(open, killsAtMs)} done again`,
        target: 'no finished chunk twice',
        holds: again === 0 && seen && chunks.length > 0,
      },
    ];
  } finally {
    await stack.close();
    home.remove();
  }
}
