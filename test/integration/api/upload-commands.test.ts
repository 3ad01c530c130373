import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { JobsStack } from '../../support/jobs-stack.ts';
import { testFolder } from '../../support/test-folder.ts';
import { transcriptOf } from '../../support/spoken-lines.ts';

/** Commands that send files to an API elsewhere, which is real. */
let stack: JobsStack;
const [one, two] = ['one.mp4', 'two.mp4'].map((name) => join(testFolder(), name)) as [string, string];

beforeAll(async () => {
  stack = await JobsStack.start({ transcript: transcriptOf([]), activities: () => ({}) });
  for (const path of [one, two]) writeFileSync(path, 'a talk');
});

afterAll(async () => {
  await stack.close();
  expect(stack.defects).toEqual([]);
});

const clipscribe = (...words: string[]): Promise<unknown> =>
  createProgram({
    terminal: { stdout: new PassThrough(), stderr: new PassThrough() },
    settings: () => ({ ...stack.settings, apiUrl: stack.address }),
    exit: () => undefined,
  }).parseAsync(words, { from: 'user' });

const keptUploads = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of stack.store.list('uploads')) keys.push(key);
  return keys;
};

describe('files that were sent for a request that is refused', () => {
  beforeEach(async () => {
    await stack.call('POST', '/api/admin/stop', { reason: 'A test.' });
    return async () => {
      await stack.call('POST', '/api/admin/resume', {});
    };
  });

  test.each([
    ['a job', ['submit', one]],
    ['a reel', ['reel', 'stitch', one, two, '--output', join(testFolder(), 'reel.mp4')]],
  ])('are taken back: %s', async (_kind, words) => {
    await expect(clipscribe(...words)).rejects.toMatchObject({ code: 'EmergencyStop' });
    expect((await stack.call('GET', '/api/usage')).body).toMatchObject({ unusedUploads: { heldBytes: 0 } });
    expect(await keptUploads()).toEqual([]);
  });
});

test('a file that was sent for a job stays for it', async () => {
  await clipscribe('submit', one);
  expect(await keptUploads()).toEqual([expect.stringMatching(/media$/), expect.stringMatching(/json$/)]);
  expect((await stack.call('GET', '/api/usage')).body).toMatchObject({ unusedUploads: { heldBytes: 0 } });
});
