import { readFileSync } from 'node:fs';
import { descendantsOf } from '../test/support/owned-process.ts';
import { BenchStack } from './bench-stack.ts';
import type { Row } from './table.ts';
import { repeatedTalk } from './talks.ts';

const SHORT_MINUTES = 10;
const LONG_HOURS = 3;
const SAMPLE_INTERVAL_MS = 500;

/** (c) Peak memory and (e) time to the first transcript segment, for a short and a long recording. */
export async function benchLength(mediaFolder: string): Promise<Row[]> {
  const short = await measure(mediaFolder, SHORT_MINUTES);
  const long = await measure(mediaFolder, LONG_HOURS * 60);
  const memory = ({ workerMiB, modelMiB }: Measured): string =>
    `worker ${workerMiB.toFixed(0)} MiB, model server ${modelMiB.toFixed(0)} MiB`;
  return [
    {
      benchmark: `c · peak resident memory, ${LONG_HOURS} h of audio`,
      measured: memory(long),
      beside: `${SHORT_MINUTES} min: ${memory(short)}`,
      target: 'flat',
    },
    {
      benchmark: `e · first transcript segment, ${LONG_HOURS} h of audio`,
      measured: `${long.firstSegmentSeconds.toFixed(1)} s after the submission`,
      beside: `${SHORT_MINUTES} min: ${short.firstSegmentSeconds.toFixed(1)} s`,
      target: 'the same, whatever the length',
    },
    {
      benchmark: `whole job, ${LONG_HOURS} h of audio`,
      measured: `${(long.wallSeconds / long.audioSeconds).toFixed(3)} of real time (${(long.wallSeconds / 60).toFixed(1)} min)`,
      beside: `${SHORT_MINUTES} min: ${(short.wallSeconds / short.audioSeconds).toFixed(3)}`,
      target: 'the same, whatever the length',
    },
  ];
}

interface Measured {
  workerMiB: number;
  modelMiB: number;
  firstSegmentSeconds: number;
  wallSeconds: number;
  audioSeconds: number;
}

async function measure(mediaFolder: string, minutes: number): Promise<Measured> {
  const stack = await BenchStack.start();
  try {
    const talk = repeatedTalk(mediaFolder, minutes * 60, stack.folder);
    const startedAt = performance.now();
    const elapsedSeconds = (): number => (performance.now() - startedAt) / 1000;
    const job = await stack.submit({ kind: 'file', path: talk.path }, { fresh: true });
    const peaks = { workerMiB: 0, modelMiB: 0, firstSegmentSeconds: 0 };
    let ended = false;
    const end = job.result().finally(() => (ended = true));
    while (!ended) {
      const children = await descendantsOf(stack.worker.pid);
      const model = children.filter(({ command }) => command.includes('python'));
      peaks.workerMiB = Math.max(peaks.workerMiB, residentMiB(stack.worker.pid));
      peaks.modelMiB = Math.max(
        peaks.modelMiB,
        model.reduce((total, { pid }) => total + residentMiB(pid), 0),
      );
      if (peaks.firstSegmentSeconds === 0 && (await job.progress()).chunksDone > 0) {
        peaks.firstSegmentSeconds = elapsedSeconds();
      }
      await Promise.race([end, new Promise((resolve) => setTimeout(resolve, SAMPLE_INTERVAL_MS))]);
    }
    await end;
    return { ...peaks, wallSeconds: elapsedSeconds(), audioSeconds: talk.durationSeconds };
  } finally {
    await stack.close();
  }
}

/** Resident memory of a process by Linux's /proc; 0 once it has ended. */
function residentMiB(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
