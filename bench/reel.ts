import { rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { residentBytesOfTree } from '../src/adapters/prometheus/resident-memory.ts';
import { reelSettingsSchema } from '../src/domain/reel.ts';
import type { ClipLocator } from '../src/domain/reel-clip.ts';
import { MediaServer } from '../test/support/media-server.ts';
import { ReelHome, ReelStack } from '../test/support/reel-stack.ts';
import { testFolder } from '../test/support/test-folder.ts';
import { makeClips, repeated } from './reel-clips.ts';
import { bytesOfStretch, encodeTogether, joinByCopy, secondsOf } from './reel-commands.ts';
import { median, type Row } from './table.ts';

interface Size {
  clips: number;
  megabytes: number;
}

const COPY_ROUNDS = 3;
const SAMPLE_INTERVAL_MS = 250;
const LONG_VIDEO_TIMES = 12;

/**
 * (j) Reels beside the best single ffmpeg command for the same output, run right after, (k) memory, (l) bytes fetched.
 */
export async function benchReel({ clips, megabytes }: Size): Promise<Row[]> {
  const folder = testFolder();
  const make = (kind: 'agreeing' | 'differing'): string[] => makeClips(kind, { clips, megabytes, folder });
  const stack = await ReelStack.start();
  try {
    const agreeing = make('agreeing');
    const copied = await compare(stack, agreeing, {
      workers: 1,
      byHand: joinByCopy,
      rounds: COPY_ROUNDS,
      folder,
    });
    const fetched = await fetchStretches(stack, agreeing[0] ?? '', folder);
    for (const path of agreeing) rmSync(path);
    const differing = make('differing');
    const one = await compare(stack, differing, { workers: 1, byHand: encodeTogether, rounds: 1, folder });
    const two = await compare(stack, differing, { workers: 2, byHand: encodeTogether, rounds: 1, folder });
    const size = `${clips} clips of ${megabytes} MB`;
    return [
      rowOf(`${size} that agree: copy, ${COPY_ROUNDS} rounds`, copied, '≤ 1.1'),
      rowOf(`${size} that differ: encoding, 1 worker`, one, ''),
      rowOf(`the same, 2 workers on ${cpus().length} cores`, two, '< 1.0'),
      {
        benchmark: 'k · peak resident memory, workers and their ffmpeg together',
        measured: [copied, one, two].map(({ peakMiB }) => `${peakMiB.toFixed(0)} MiB`).join(' · '),
        beside: 'copy · 1 worker · 2 workers',
        target: '≤ 4 GiB',
      },
      fetched,
    ];
  } finally {
    await stack.close();
  }
}

interface Comparison {
  /** Of each round. */
  reelSeconds: number[];
  byHandSeconds: number[];
  /** The same until its file is on the disk, where a reel's is when it has ended. */
  byHandFlushedSeconds: number[];
  peakMiB: number;
}

const rowOf = (what: string, comparison: Comparison, target: string): Row => {
  const { reelSeconds, byHandSeconds, byHandFlushedSeconds } = comparison;
  return {
    benchmark: `j · reel of ${what}`,
    measured: `${(median(reelSeconds) / median(byHandSeconds)).toFixed(2)} × · ${spread(reelSeconds)}`,
    beside: `one ffmpeg command: ${spread(byHandSeconds)}; flushed to disk: ${spread(byHandFlushedSeconds)}`,
    target,
  };
};

const spread = (seconds: readonly number[]): string => {
  const [least = 0, most = 0] = [Math.min(...seconds), Math.max(...seconds)].map((value) => value.toFixed(1));
  return least === most ? `${least} s` : `${least}–${most} s`;
};

async function compare(
  stack: ReelStack,
  clips: readonly string[],
  {
    workers,
    byHand,
    rounds,
    folder,
  }: {
    workers: number;
    byHand: (clips: readonly string[], folder: string) => string;
    rounds: number;
    folder: string;
  },
): Promise<Comparison> {
  const result: Comparison = { reelSeconds: [], byHandSeconds: [], byHandFlushedSeconds: [], peakMiB: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const made = await stitch(
      stack,
      clips.map((path) => ({ locator: { kind: 'file', path } })),
      workers,
    );
    const startedAt = performance.now();
    const byHandPath = byHand(clips, folder);
    result.byHandSeconds.push(secondsSince(startedAt));
    await flush(byHandPath);
    result.byHandFlushedSeconds.push(secondsSince(startedAt));
    const expected = secondsOf(byHandPath);
    result.reelSeconds.push(made.wallSeconds);
    result.peakMiB = Math.max(result.peakMiB, made.peakMiB);
    const expectedEncodes = byHand === joinByCopy ? 0 : clips.length;
    if (made.encodes !== expectedEncodes)
      throw new Error(`${made.encodes} parts were encoded, not ${expectedEncodes}.`);
    // A picture for each clip is what rates that differ may make of it.
    if (Math.abs(made.durationSeconds - expected) > clips.length / 25)
      throw new Error(`The reel is ${made.durationSeconds} s long, by hand it is ${expected} s.`);
  }
  return result;
}

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One reel on workers that have just started and know nothing. */
async function stitch(
  stack: ReelStack,
  clips: Parameters<ReelStack['submit']>[0],
  workerCount: number,
): Promise<{ wallSeconds: number; peakMiB: number; durationSeconds: number; encodes: number }> {
  const home = new ReelHome();
  const homes = [home, ...Array.from({ length: workerCount - 1 }, () => new ReelHome({ sharing: home }))];
  const workers = await Promise.all(homes.map((one) => stack.worker(one)));
  let peakMiB = 0;
  let ended = false;
  const sample = async (): Promise<void> => {
    while (!ended) {
      const trees = await Promise.all(workers.map(({ pid }) => residentBytesOfTree(pid)));
      peakMiB = Math.max(peakMiB, trees.reduce((sum, bytes) => sum + bytes, 0) / 1024 ** 2);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_INTERVAL_MS));
    }
  };
  const startedAt = performance.now();
  const reel = await stack.submit(clips, {
    settings: reelSettingsSchema.parse({ loudness: 'keep' }),
  });
  const sampling = sample();
  const { durationSeconds } = await reel.handle.result();
  const wallSeconds = secondsSince(startedAt);
  ended = true;
  await sampling;
  const encodes = homes.flatMap((one) => one.encoded()).length;
  await stack.reset();
  for (const one of homes) one.remove();
  return { wallSeconds, peakMiB, durationSeconds, encodes };
}

/** Two stretches of a long video on a web server: what crosses the line. */
async function fetchStretches(stack: ReelStack, clip: string, folder: string): Promise<Row> {
  const server = await new MediaServer().start();
  try {
    const filePath = repeated(clip, LONG_VIDEO_TIMES, join(folder, 'long.mp4'));
    server.files.set('/long.mp4', { filePath, etag: '"1"' });
    const seconds = secondsOf(filePath);
    const length = seconds / 40;
    const stretches = [0.25, 0.7].map((share) => ({ start: share * seconds, end: share * seconds + length }));
    const locator: ClipLocator = { kind: 'url', url: server.url('/long.mp4') };
    await stitch(
      stack,
      stretches.map((stretch) => ({ locator, ...stretch })),
      1,
    );
    const needed = stretches.reduce((sum, { start, end }) => sum + bytesOfStretch(filePath, start, end), 0);
    return {
      benchmark: `l · bytes fetched of a video of ${megabytes(statSync(filePath).size)}, 2 stretches of ${length.toFixed(1)} s`,
      measured: megabytes(server.bodyBytesSent),
      beside: `packets of the stretches: ${megabytes(needed)}`,
      target: 'what is needed, not the whole video',
    };
  } finally {
    await server.close();
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
