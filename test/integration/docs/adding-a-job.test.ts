import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import type { createProgram } from '../../../src/cli/program.ts';
import type { StageCache } from '../../../src/activities/stage-cache.ts';
import type { startServer } from '../../../src/api/server.ts';
import type { ArtifactStore } from '../../../src/ports/artifact-store.ts';
import { changed, CHECKOUT, pageBlocks } from '../../support/page-code.ts';
import { JobsStack } from '../../support/jobs-stack.ts';
import { transcriptOf } from '../../support/spoken-lines.ts';
import { testFolder } from '../../support/test-folder.ts';

/** docs/adding-a-job.md, followed word by word in a copy of the project. */
const copy = testFolder();

const imported = async <T>(file: string): Promise<T> => (await import(join(copy, file))) as T;

beforeAll(() => {
  for (const folder of ['src', 'scripts'])
    cpSync(join(CHECKOUT, folder), join(copy, folder), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
    cpSync(join(CHECKOUT, file), join(copy, file));
  symlinkSync(join(CHECKOUT, 'node_modules'), join(copy, 'node_modules'));
  const files = pageBlocks('ts');
  expect(files.map(({ file }) => file.split('/')[1])).toEqual([
    ...['domain', 'domain', 'contracts', 'workflows', 'activities', 'api', 'cli'],
  ]);
  for (const { file, lines } of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), `${lines.join('\n')}\n`);
  }
  for (const block of pageBlocks('diff')) {
    const path = join(copy, block.file);
    writeFileSync(path, changed(readFileSync(path, 'utf8'), block));
  }
});

test('the code of the page fits the project: its types, and who may import whom', async () => {
  const config = JSON.parse(readFileSync(join(copy, 'tsconfig.json'), 'utf8')) as object;
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...config, include: ['src'] }));
  const run = (program: string, ...parameters: string[]) =>
    promisify(execFile)(process.execPath, [join(copy, 'node_modules', program), ...parameters], {
      cwd: copy,
    }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    });
  await run('typescript/bin/tsc', '--noEmit', '--project', copy);
  await run('dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs');
}, 600_000);

test('the job of the page runs, from its command to its table', async () => {
  const { createCountWords } = await imported<{
    createCountWords: (dependencies: { store: ArtifactStore; cache: StageCache }) => unknown;
  }>('src/activities/count-words.ts');
  const server = await imported<{ startServer: typeof startServer }>('src/api/server.ts');
  const cli = await imported<{ createProgram: typeof createProgram }>('src/cli/program.ts');
  const stack = await JobsStack.start({
    transcript: transcriptOf([
      { text: 'The river took the bridge, and the river took the mill.' },
      { text: 'They rebuilt the bridge.' },
    ]),
    start: server.startServer,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: join(copy, 'src', 'workflows', 'index.ts'),
      logger: new DefaultLogger('ERROR'),
    }),
    activities: (dependencies) => ({ countWords: createCountWords(dependencies) }),
  });
  try {
    const videoId = await stack.completedVideo();
    const stdout = new PassThrough();
    const program = cli.createProgram({
      terminal: { stdout, stderr: new PassThrough() },
      settings: () => ({ ...stack.settings, apiUrl: stack.address }),
      exit: () => undefined,
    });
    await program.parseAsync(['words', videoId], { from: 'user' });
    stdout.end();
    const jobId = (await text(stdout)).trim();
    expect(await stack.untilStatus(jobId, 'completed')).toMatchObject({ kind: 'wordCount', wordCount: 4 });
    const table = await fetch(new URL(`/api/jobs/${jobId}/artifacts/words.csv`, stack.address));
    expect(await table.text()).toBe('word,times\r\nriver,2\r\nbridge,2\r\nmill,1\r\nrebuilt,1\r\n');
    // Who is told of all jobs is told of this one.
    await expect.poll(() => stack.announcedOf(jobId)).toEqual(['job.complete', 'job.started']);
    const unknown = await stack.call('POST', '/api/word-counts', { jobId: 'job_missing' });
    expect(unknown.body).toMatchObject({ status: 404, code: 'JobNotFound' });
    expect(stack.defects).toEqual([]);
  } finally {
    await stack.close();
  }
});
