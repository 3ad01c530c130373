import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import { createPublishReel } from '../../../src/activities/publish-reel.ts';
import { Scratch } from '../../../src/activities/scratch.ts';
import { createReelOutput } from '../../../src/adapters/create-reel-output.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { createOpenBucket } from '../../../src/adapters/open-bucket.ts';
import type { PublishReelInput } from '../../../src/contracts/reel-activities.ts';
import { reelSettingsSchema } from '../../../src/domain/reel.ts';
import { runActivity } from '../../support/run-activity.ts';
import { StallingProxy } from '../../support/stalling-proxy.ts';
import { startGcsEmulator, startS3Emulator } from '../../support/storage-emulators.ts';
import { testFolder } from '../../support/test-folder.ts';

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test-key',
  AWS_SECRET_ACCESS_KEY: 'test-secret',
});

/** More than one part of an upload. */
const REEL_BYTES = 40e6;
const STALL_AFTER_BYTES = 20e6;
const KEY = 'reels/reel.mp4';

const reel = randomBytes(REEL_BYTES);
const store = new LocalArtifactStore(testFolder());

/** The workflow's answer where somebody cancels the reel, and not all work is stopped. */
const notStopped = {
  withAbortSignal: (_signal: AbortSignal, work: () => Promise<unknown>) => work(),
  withDeadline: (_deadline: number, ask: () => Promise<boolean>) => ask(),
  workflow: { getHandle: () => ({ query: () => Promise.resolve(false) }) },
} as unknown as Client;

const publishInput = async (bucket: { store: 'gs' | 's3'; bucket: string }): Promise<PublishReelInput> => ({
  ...{ jobId: 'reel_1', userId: 'local', projectId: null, durationSeconds: 1 },
  reel: await store.put('results/local/reel_1/reel.mp4', reel),
  format: {
    ...{ width: 1920, height: 1080, timescale: 25_000, reorderedPictures: 2 },
    frameRate: { numerator: 25, denominator: 1 },
  },
  ...{ parts: [], clips: [], notices: [], stages: [], settings: reelSettingsSchema.parse({}) },
  output: { kind: 'bucket', key: KEY, ...bucket },
});

describe.each([
  { kind: 's3', startEmulator: startS3Emulator, undone: /^DELETE \S+uploadId=/ },
  { kind: 'gs', startEmulator: startGcsEmulator, undone: /^DELETE \S+upload_id=/ },
] as const)(
  'the copy of a reel that is being put into a bucket ($kind)',
  ({ kind, startEmulator, undone }) => {
    test('stops when the reel is cancelled, leaves nothing behind, and can be put anew', async () => {
      const emulator = await startEmulator();
      const proxy = await StallingProxy.start(emulator.address, STALL_AFTER_BYTES);
      try {
        Object.assign(process.env, emulator.settings);
        const bucket = new URL(emulator.settings['CLIPSCRIBE_STORAGE_URL'] ?? '').hostname;
        const output = createReelOutput(createOpenBucket(() => proxy.address));
        const scratchFolder = testFolder();
        const publishReel = createPublishReel({ store, output, scratch: new Scratch(scratchFolder) });
        const input = await publishInput({ store: kind, bucket });

        const attempt = new MockActivityEnvironment({}, { client: notStopped });
        const publishing = attempt.run(() => publishReel(input)).catch((error: unknown) => error);
        await proxy.stalled;
        await once(attempt, 'heartbeat');
        await once(attempt, 'heartbeat');
        attempt.cancel();
        expect(await publishing).toBeInstanceOf(CancelledFailure);

        expect(proxy.asked.at(-1)).toMatch(undone);
        expect(readdirSync(join(scratchFolder, 'reel_1'))).toEqual([]);
        const objects = emulator.store('');
        expect(await objects.inspect(KEY)).toBeUndefined();
        if (kind === 's3')
          expect(await (await fetch(`${emulator.address}/${bucket}?uploads`)).text()).not.toContain(KEY);

        proxy.limitBytes = Infinity;
        await runActivity(() => publishReel(input), { attempt: 2 });
        const put = await objects.find(KEY);
        expect(put?.sha256).toBe(input.reel.sha256);
      } finally {
        await proxy.close();
        await emulator.close();
      }
    });
  },
);

test('the copy of a reel that is cancelled on its way to a folder leaves what was there', async () => {
  const folder = testFolder();
  const [filePath, path] = [join(folder, 'made.mp4'), join(folder, 'reel.mp4')];
  writeFileSync(filePath, reel);
  writeFileSync(path, 'before');
  const given = new AbortController();
  const put = createReelOutput(createOpenBucket(() => undefined)).put(
    { kind: 'file', path },
    { filePath, sha256: '', bytes: REEL_BYTES },
    { signal: given.signal },
  );
  given.abort(new Error('Cancelled.'));
  await expect(put).rejects.toThrow('Cancelled.');
  expect(readdirSync(folder).sort()).toEqual(['made.mp4', 'reel.mp4']);
});
