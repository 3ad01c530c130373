import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClipFiles } from '../../../src/activities/clip-files.ts';
import { createEncodePart } from '../../../src/activities/encode-part.ts';
import { Scratch } from '../../../src/activities/scratch.ts';
import { StageCache } from '../../../src/activities/stage-cache.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import type { EncodePartInput } from '../../../src/contracts/reel-activities.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import { reelSettingsSchema } from '../../../src/domain/reel.ts';
import type { ClipSource } from '../../../src/ports/clip-source.ts';
import type { ReelTool } from '../../../src/ports/reel-tool.ts';
import { runActivity } from '../../support/run-activity.ts';
import { reelInput } from '../../support/scripted-reel.ts';
import { testFolder } from '../../support/test-folder.ts';

const store = new LocalArtifactStore(testFolder());
const [clip] = reelInput(1).clips as [ReturnType<typeof reelInput>['clips'][0]];

/** One place that all clips come from. */
const sourceOf = (fetch: ClipSource['fetch']): ClipSource => ({
  accepts: () => Promise.resolve(true),
  fetch,
});

describe('steps of a reel that run side by side on one host', () => {
  it('encode the same stretch into files of their own', async () => {
    const bothEncode = Promise.withResolvers<void>();
    let encoding = 0;
    // As ffmpeg's does: it begins with an empty folder.
    const encode: ReelTool['encode'] = async (_order, { workDirectory }) => {
      await rm(workDirectory, { recursive: true, force: true });
      await mkdir(workDirectory, { recursive: true });
      const [videoPath, audioPath] = [join(workDirectory, 'picture.mp4'), join(workDirectory, 'sound.m4a')];
      await writeFile(videoPath, 'a picture');
      await writeFile(audioPath, 'sound');
      encoding += 1;
      if (encoding === 2) bothEncode.resolve();
      await bothEncode.promise;
      return { videoPath, audioPath, notices: [] };
    };
    const scratch = new Scratch(testFolder());
    const encodePart = createEncodePart({
      ...{ store, scratch, cache: new StageCache(store) },
      clipFiles: new ClipFiles([], scratch, store),
      reelTool: { encode } as ReelTool,
    });
    const input: EncodePartInput = {
      ...{ jobId: 'reel_1', userId: 'local', clips: [], settings: reelSettingsSchema.parse({}) },
      part: { kind: 'card', title: 'Intermission', frames: 60 },
      format: {
        ...{ width: 1920, height: 1080, timescale: 25_000, reorderedPictures: 2 },
        frameRate: { numerator: 25, denominator: 1 },
      },
    };
    const [first, second] = await Promise.all(
      ['1', '2'].map((activityId) => runActivity(() => encodePart(input), { activityId })),
    );
    expect(second?.video).toEqual(first?.video);
    expect(second?.audio).toEqual(first?.audio);
  });

  it('fetch a clip one after the other where the first of them could not', async () => {
    let calls = 0;
    let atOnce = 0;
    let mostAtOnce = 0;
    const source = sourceOf(async (_locator, _span, { workDirectory }) => {
      calls += 1;
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await mkdir(workDirectory, { recursive: true });
      atOnce -= 1;
      if (calls === 1) throw new ClipScribeError('NetworkFailure', 'The connection broke.');
      return { filePath: join(workDirectory, 'clip.mp4'), isWhole: true, fingerprint: null };
    });
    const files = new ClipFiles([source], new Scratch(testFolder()), store);
    const options = { jobId: 'reel_1', signal: new AbortController().signal };
    const fetched = await Promise.allSettled([1, 2, 3].map(() => files.fetch({ index: 0, clip }, options)));
    expect(fetched.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect({ calls, mostAtOnce }).toEqual({ calls: 2, mostAtOnce: 1 });
  });
});
