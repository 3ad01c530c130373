import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProposeMoments } from '../../../src/activities/propose-moments.ts';
import { createProgram } from '../../../src/cli/program.ts';
import type { ReelSettings } from '../../../src/domain/reel.ts';
import { JobsStack } from '../../support/jobs-stack.ts';
import { failure } from '../../support/scripted-activities.ts';
import { acquiredClip, type ReelSteps } from '../../support/scripted-reel.ts';
import { transcriptOf } from '../../support/spoken-lines.ts';

/** The commands of reels against a real API and a real Temporal server; the steps of reels fail as a test wants. */
let stack: JobsStack;
const CLIPS = ['https://example.org/one.mp4', 'https://example.org/two.mp4'];
/** Whether the storage of the first clip does not answer. */
let isAway = true;
const encodedWith: ReelSettings[] = [];

beforeAll(async () => {
  const reelSteps: Pick<ReelSteps, 'acquireClip' | 'encodePart' | 'removeScratch' | 'recordOutcome'> = {
    acquireClip: ({ index }) =>
      isAway && index === 0 ? Promise.reject(failure('StorageUnavailable')) : Promise.resolve(acquiredClip),
    encodePart: ({ settings }) => {
      encodedWith.push(settings);
      return Promise.reject(failure('StorageUnavailable'));
    },
    removeScratch: () => Promise.resolve(),
    recordOutcome: () => Promise.resolve(),
  };
  stack = await JobsStack.start({
    transcript: transcriptOf([{ text: 'The flood destroyed four hundred homes.', speaker: 'S1' }]),
    activities: (dependencies) => ({ ...reelSteps, proposeMoments: createProposeMoments(dependencies) }),
  });
});

afterAll(async () => {
  await stack.close();
  expect(stack.defects).toEqual([]);
});

/** What a command prints; fails as it fails. */
async function clipscribe(...words: string[]): Promise<string> {
  const stdout = new PassThrough();
  await createProgram({
    terminal: { stdout, stderr: new PassThrough() },
    settings: () => ({ ...stack.settings, apiUrl: stack.address }),
    exit: () => undefined,
  }).parseAsync(words, { from: 'user' });
  stdout.end();
  return (await text(stdout)).trim();
}

const job = async (id: string) => (await stack.call('GET', `/api/jobs/${id}`)).body;

describe('reel stitch --submit', () => {
  test('hands the reel over with its turn, and the project lists it', async () => {
    const id = await clipscribe(
      'reel',
      'stitch',
      ...CLIPS,
      '--submit',
      '--priority',
      '8',
      '--project',
      'spring',
    );
    expect(await job(id)).toMatchObject({ kind: 'reelStitch', priority: 8 });
    const listed = JSON.parse(await clipscribe('list', '--project', 'spring', '--json')) as unknown[];
    expect(listed).toMatchObject([{ id, kind: 'reelStitch' }]);
    await expect(clipscribe('list', '--project', 'autumn')).rejects.toMatchObject({
      message: 'There is no project of this name.',
      fix: expect.stringContaining('clipscribe list') as string,
    });
    await clipscribe('cancel', id);
    await stack.untilStatus(id, 'cancelled');
  });

  test('names no file that only this command could write', async () => {
    await expect(
      clipscribe('reel', 'stitch', ...CLIPS, '--submit', '--output', 'reel.mp4'),
    ).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('clipscribe fetch') as string });
  });
});

test('reel propose --submit hands the proposal over with its turn', async () => {
  const videoId = await stack.completedVideo();
  const id = await clipscribe('reel', 'propose', videoId, '--submit', '--priority', '9', '--length', '30');
  expect(await job(id)).toMatchObject({
    ...{ kind: 'reelPropose', source: videoId, priority: 9 },
    settings: { lengthSeconds: 30 },
  });
  await stack.untilStatus(id, 'completed');
});

test('a reel that waits for somebody is retried with other settings, until some of it is made', async () => {
  const id = await clipscribe('reel', 'stitch', ...CLIPS, '--submit');
  await stack.untilStatus(id, 'needs_attention');
  isAway = false;
  const retry = ['retry', id, '--set', 'compression=fast', '--set', 'subtitles=attached'];
  await clipscribe(...retry);
  await expect
    .poll(async () => (await stack.call('GET', `/api/jobs/${id}/status`)).body)
    .toMatchObject({ status: 'needs_attention', stage: 'encode' });
  expect(encodedWith[0]).toMatchObject({ compression: 'fast', subtitles: 'attached' });
  await expect(clipscribe(...retry)).rejects.toThrow('made with the same compression, subtitles');
  await clipscribe('cancel', id);
  await stack.untilStatus(id, 'cancelled');
});
