import { beforeEach, describe, expect, test } from 'vitest';
import { createFetchMetadata } from '../../../src/activities/fetch-metadata.ts';
import { createRecordOutcome } from '../../../src/activities/record-outcome.ts';
import { Scratch } from '../../../src/activities/scratch.ts';
import { readJson } from '../../../src/activities/stage-cache.ts';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { videoMetadataSchema } from '../../../src/domain/media.ts';
import type { JobState } from '../../../src/domain/job.ts';
import { uploadKeys } from '../../../src/domain/upload.ts';
import { runActivity } from '../../support/run-activity.ts';
import { testFolder } from '../../support/test-folder.ts';

const JOB = { jobId: 'job_1', userId: 'local' };
const UPLOAD = uploadKeys('local', 'upload_1');
const source = { kind: 'upload', key: UPLOAD.media, fileName: 'talk.mp4' } as const;
const metadata = (title: string) =>
  videoMetadataSchema.parse({
    ...{ id: null, title, url: null, channel: null, durationSeconds: 60, language: null, uploadedAt: null },
    ...{ chapters: [], thumbnailUrl: null, isLive: false, fingerprint: `of ${title}`, ageLimit: null },
  });

let store: LocalArtifactStore;
beforeEach(async () => {
  store = new LocalArtifactStore(testFolder());
  await store.put(UPLOAD.media, 'sound');
});

/** Ends a run that has read a title. */
async function end(status: JobState, title: string): Promise<void> {
  await store.put('jobs/local/job_1/metadata.json', JSON.stringify(metadata(title)));
  const outcome = { ...{ status, stage: 'publish', title, durationSeconds: 60, error: null, notices: [] } };
  const times = { startedAt: '2026-11-25T12:00:00Z', endedAt: '2026-11-25T12:01:00Z' };
  await runActivity(() =>
    createRecordOutcome({ store })({ ...JOB, source, outcome: { ...outcome, ...times } }),
  );
}

describe('the end of a job', () => {
  test.each([
    ['completed', false],
    ['failed', true],
    ['cancelled', true],
  ] as const)('that %s leaves its upload: %s', async (status, isLeft) => {
    await end(status, 'A talk');
    expect((await store.find(UPLOAD.media)) !== undefined).toBe(isLeft);
  });
});

describe('metadata without a source', () => {
  const read = (maximumDurationSeconds = 3600) =>
    runActivity(() =>
      createFetchMetadata({
        ...{ store, sources: [], scratch: new Scratch(testFolder()) },
        limits: { maximumDurationSeconds },
      })({ ...JOB, source: null }),
    );

  test('is what the newest run has read, however that ended, and a working file of the next one', async () => {
    await end('completed', 'First');
    const first = await read();
    expect(first).toMatchObject({ title: 'First', durationSeconds: 60, measure: { cached: true } });
    expect(await readJson(store, first.metadata, videoMetadataSchema)).toEqual(metadata('First'));
    await end('failed', 'Second');
    expect(await read()).toMatchObject({ title: 'Second' });
  });

  test('is refused as any other where it is now for too long a video', async () => {
    await end('completed', 'Long');
    await expect(read(30)).rejects.toMatchObject({ code: 'MediaTooLarge' });
  });

  test('is missing where no run has read any', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'ArtifactMissing' });
  });
});
