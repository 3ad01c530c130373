import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAcquireAudio } from '../../../src/activities/acquire-audio.ts';
import { toFailure } from '../../../src/activities/error-mapping.ts';
import { createFetchMetadata } from '../../../src/activities/fetch-metadata.ts';
import { Scratch } from '../../../src/activities/scratch.ts';
import { StageCache } from '../../../src/activities/stage-cache.ts';
import { FfmpegMediaTool } from '../../../src/adapters/ffmpeg/ffmpeg-media-tool.ts';
import { createLocalFileSource } from '../../../src/adapters/local-file/create-local-file-source.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import type { SettleJobInput } from '../../../src/contracts/service-activities.ts';
import { TASK_QUEUES } from '../../../src/contracts/task-queues.ts';
import type { JobError } from '../../../src/domain/job.ts';
import type { VideoSource } from '../../../src/ports/video-source.ts';
import { makeMedia, sweepingTone } from '../../support/make-media.ts';
import { startTemporal } from '../../support/temporal-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { jobInput, withJob } from '../../support/workflow-harness.ts';

/** Six seconds of sound, and jobs that a tier bounds: the real steps over real files, in the real workflow. */
let environment: TestWorkflowEnvironment;
let folder: string;
let filePath: string;
beforeAll(async () => {
  environment = await startTemporal();
  folder = testFolder();
  filePath = await makeMedia(join(folder, 'talk.wav'), ...sweepingTone(6));
});
afterAll(() => environment.teardown());

const FULL = 'The video runs for 0:06, and the tier alpha allows 0:02 for one video.';

const AFTER_THE_END = new Set(['recordOutcome', 'removeScratch']);

interface Ended {
  error: JobError | null;
  state: SettleJobInput['state'] | undefined;
  steps: string[];
}

/** A job to its end. `page` is what the source says in place of what it found. */
async function ended(
  path: string,
  { longestSeconds, page = {} }: { longestSeconds: number | null; page?: object },
): Promise<Ended> {
  const workDirectory = testFolder();
  const mediaTool = new FfmpegMediaTool({ ...tools, workDirectory });
  const file = createLocalFileSource({ mediaTool });
  const source: VideoSource = {
    ...file,
    fetchMetadata: async (...given) => ({ ...(await file.fetchMetadata(...given)), ...page }),
  };
  const store = new LocalArtifactStore(join(folder, 'store'));
  const dependencies = {
    ...{ sources: [source], store, mediaTool, scratch: new Scratch(workDirectory) },
    ...{ cache: new StageCache(store), limits: { maximumDurationSeconds: 3600 } },
    speechDetector: {
      detectSpeech: (pcm: Uint8Array) =>
        Promise.resolve({ regions: [{ start: 0, end: pcm.length / 32_000 }], quietPoints: [] }),
    },
  };
  const mapped =
    <Input, Result>(step: (input: Input) => Promise<Result>) =>
    (input: Input): Promise<Result> =>
      step(input).catch((error: unknown) => Promise.reject(toFailure(error) as Error));
  const overrides = {
    fetchMetadata: mapped(createFetchMetadata(dependencies)),
    acquireAudio: mapped(createAcquireAudio(dependencies)),
  };
  let told: SettleJobInput | undefined;
  const service = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUES.service,
    activities: {
      settleJob: (input: SettleJobInput) => Promise.resolve(void (told = input)),
      indexTranscript: () => Promise.resolve(),
      planNotifications: () => Promise.resolve({ notifications: [] }),
    },
  });
  const account = {
    ...{ accountId: 'token_a', operationId: 'operation', weight: 1 },
    ...{ tier: longestSeconds === null ? null : ('alpha' as const), longestVideoSeconds: longestSeconds },
  };
  const input = jobInput({ source: { kind: 'file', path }, account });
  return service.runUntil(
    withJob(
      environment,
      { statedDurationSeconds: null, chunks: [], overrides },
      async ({ handle, calls, progress }) => {
        await handle.result().catch(() => undefined);
        const { error } = await progress();
        const steps = calls.map(({ activity }) => activity).filter((step) => !AFTER_THE_END.has(step));
        return { error, state: told?.state, steps };
      },
      input,
    ),
  );
}

describe('a video that is longer than the tier allows', () => {
  it('fails at its first step, by a message that names its length, the limit and the tier', async () => {
    expect(await ended(filePath, { longestSeconds: 2 })).toEqual({
      error: { code: 'QuotaExceeded', message: FULL, stage: 'metadata' },
      ...{ state: 'failed', steps: ['fetchMetadata'] },
    });
  });

  it('fails before a second of it is transcribed where its page tells no length or too small a one', async () => {
    for (const durationSeconds of [null, 1])
      expect(
        await ended(filePath, {
          longestSeconds: 2,
          page: { durationSeconds, fingerprint: `told ${durationSeconds}` },
        }),
      ).toEqual({
        error: { code: 'QuotaExceeded', message: FULL, stage: 'acquire' },
        ...{ state: 'failed', steps: ['fetchMetadata', 'acquireAudio'] },
      });
  });

  it('fails as soon as too much of it was heard where not even its file tells its length', async () => {
    // As a recorder writes it that is cut off: its head tells no end.
    const recorder = ['-c:a', 'libopus', '-f', 'matroska', '-live', '1'];
    const path = await makeMedia(join(folder, 'recording.mka'), ...sweepingTone(6), ...recorder);
    const found = await ended(path, { longestSeconds: 2, page: { fingerprint: null } });
    expect(found).toMatchObject({ error: { code: 'QuotaExceeded', stage: 'acquire' }, state: 'failed' });
    expect(found.error?.message).toMatch(/^The video runs for 0:0\d, and the tier alpha allows 0:02/);
    expect(found.steps).toEqual(['fetchMetadata', 'acquireAudio']);
  });

  it('fails also where somebody else has had the same media cut before', async () => {
    const page = { durationSeconds: null, fingerprint: 'the same media' };
    expect(await ended(filePath, { longestSeconds: null, page })).toMatchObject({ state: 'completed' });
    const { error, steps } = await ended(filePath, { longestSeconds: 2, page });
    expect(error).toMatchObject({ code: 'QuotaExceeded', stage: 'acquire' });
    expect(steps).toEqual(['fetchMetadata', 'acquireAudio']);
  });

  it('is none where no tier bounds the job, or the tier allows as much', async () => {
    for (const longestSeconds of [null, 6])
      expect(await ended(filePath, { longestSeconds })).toMatchObject({ state: 'completed', error: null });
  });
});

it('media that was cut before is cut again where retention has removed its chunks', async () => {
  const page = { durationSeconds: null, fingerprint: 'media of last month' };
  await ended(filePath, { longestSeconds: null, page });
  const chunks = join(folder, 'store', 'audio');
  const before = readdirSync(chunks).sort();
  expect(before.length).toBeGreaterThan(0);
  rmSync(chunks, { recursive: true });
  expect(await ended(filePath, { longestSeconds: null, page })).toMatchObject({ state: 'completed' });
  expect(readdirSync(chunks).sort()).toEqual(before);
});
