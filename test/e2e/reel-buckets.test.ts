import { existsSync, openAsBlob, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand, startCommand } from '../support/command-line.ts';
import { probe, ReelBench, signals } from '../support/reel-bench.ts';
import { TestHome } from '../support/stack.ts';
import { startGcsEmulator, type StorageEmulator } from '../support/storage-emulators.ts';
import type { OwnedProcess } from '../support/owned-process.ts';

/** Reels as a user makes them whose clips lie in a bucket of Google Cloud Storage, by the real command line. */
const bench = new ReelBench();
const home = new TestHome();
let emulator: StorageEmulator;
let stack: OwnedProcess;
let bucket: string;

/** An object of the bucket, as others put it there. */
const objectAt = (name: string): string =>
  `${emulator.address}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;

beforeAll(async () => {
  emulator = await startGcsEmulator();
  bucket = new URL(emulator.settings['CLIPSCRIBE_STORAGE_URL'] ?? '').hostname;
  const lines = Object.entries(emulator.settings).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(home.path, '.env'), lines.join('\n'));
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];
  const audio = ['-c:a', 'aac', '-ar', '48000'];
  for (const name of ['one', 'two words']) {
    const made = { size: '640x360', rate: 25, video, audio, ending: 'mp4', seconds: 4, signalSeconds: 2 };
    const path = await bench.clip(name, made);
    const sent = await fetch(objectAt(`clips/${name}.mp4`), { method: 'POST', body: await openAsBlob(path) });
    expect(sent.status).toBe(200);
  }
  stack = startCommand(home, 'up', '--json');
  await stack.untilOutput(/^\{"apiUrl".*\}$/m);
});

afterAll(async () => {
  await stack?.end('SIGINT');
  await emulator?.close();
  home.remove();
});

const address = (name: string): string => `gs://${bucket}/${name}`;
const stitch = (...words: string[]) => runCommand(home, 'reel', 'stitch', ...words, '--compression', 'fast');

test('clips of a bucket fade into one another, and the reel is written to the bucket', async () => {
  const { code, output } = await stitch(
    ...[address('clips/one.mp4'), `${address('clips/two words.mp4')}#t=1,3.5`],
    ...['--crossfade', '0.6', '--output', address('reels/made.mp4')],
  );
  expect(code, output).toBe(0);
  const name = encodeURIComponent('reels/made.mp4');
  const answer = await fetch(`${emulator.address}/storage/v1/b/${bucket}/o/${name}?alt=media`);
  const path = join(bench.folder, 'made.mp4');
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  const [video, audio] = await probe(path);
  // 4 s and 2.5 s, of which 0.6 s are shown at once.
  expect(Math.abs(Number(video?.nb_read_frames) / 25 - 5.9)).toBeLessThanOrEqual(1 / 25);
  expect(Math.abs(Number(audio?.duration) - Number(video?.duration))).toBeLessThanOrEqual(1 / 25);
  const { flashes, beeps } = await signals(path);
  expect(flashes).toHaveLength(2);
  for (const [index, seconds] of [2, 4.4].entries()) {
    expect(Math.abs((flashes[index] ?? 0) - seconds)).toBeLessThanOrEqual(0.08);
    expect(Math.abs((beeps[index] ?? 0) - seconds)).toBeLessThanOrEqual(0.08);
  }
});

test('an object that is not there is left out, and a bucket that takes nothing ends the reel', async () => {
  const clips = [address('clips/one.mp4'), address('clips/two words.mp4')];
  const made = await stitch(address('clips/three.mp4'), ...clips, '--output', 'without.mp4');
  expect(made.code, made.output).toBe(0);
  expect(made.output).toContain('clips/three.mp4) was left out: There is no such object in the bucket.');
  expect(existsSync(join(home.path, 'without.mp4'))).toBe(true);
  const refused = await stitch(...clips, '--output', 'gs://clipscribe-absent/reel.mp4');
  expect(refused.code, refused.output).toBe(1);
  expect(refused.output).toContain('StorageDenied');
});

test('a reel that is left to the workers is written to a file of this machine, and can be fetched', async () => {
  const submitted = await stitch(
    ...[address('clips/one.mp4'), address('clips/two words.mp4')],
    ...['--submit', '--priority', '9', '--output', 'later.mp4'],
  );
  const [id = ''] = /reel_\w+/.exec(submitted.output) ?? [];
  const watched = await runCommand(home, 'watch', id);
  expect(watched.code, watched.output).toBe(0);
  expect((await runCommand(home, 'fetch', id, '--output-dir', 'results')).code).toBe(0);
  const [written, fetched] = ['later.mp4', 'results/reel.mp4'].map((name) =>
    readFileSync(join(home.path, name)),
  );
  expect(written?.equals(fetched as Buffer)).toBe(true);
});
