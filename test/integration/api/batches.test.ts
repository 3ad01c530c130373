import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { startServer, type ApiServer } from '../../../src/api/server.ts';
import { CliError } from '../../../src/cli/cli-error.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { loadSettings } from '../../../src/config/settings.ts';
import { buildManifest } from '../../../src/domain/manifest.ts';
import { chunkOf, failure, scriptedActivities, type Script } from '../../support/scripted-activities.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { withShortWorkers } from '../../support/with-short-workers.ts';

/**
 * The command line, the API with its own worker, a real Temporal server and the real workflows; only media is scripted.
 */
let temporal: TestWorkflowEnvironment;
let api: ApiServer;
const home = testFolder();
const defects: Error[] = [];

beforeAll(async () => {
  if (tools.temporal === null)
    throw new Error('These tests start a Temporal server: unset TEMPORAL_ADDRESS.');
  temporal = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: tools.temporal } },
  });
  process.env['TEMPORAL_ADDRESS'] = temporal.address;
  const settings = loadSettings({ CLIPSCRIBE_HOME: home, CLIPSCRIBE_API_PORT: '0' });
  api = await startServer(settings, (error) => defects.push(error));
});

afterAll(async () => {
  await api.close();
  await temporal.teardown();
  expect(defects).toEqual([]);
});

/** Runs a command line, and gives what it printed. */
async function clipscribe(...words: string[]): Promise<{ stdout: string; error: unknown }> {
  const terminal = { stdout: new PassThrough(), stderr: new PassThrough() };
  terminal.stderr.resume();
  const program = createProgram({
    terminal,
    settings: () => loadSettings({ CLIPSCRIBE_HOME: home, CLIPSCRIBE_API_URL: api.address }),
    exit: () => undefined,
  });
  const error: unknown = await program.parseAsync(words, { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  terminal.stdout.end();
  return { stdout: await text(terminal.stdout), error };
}

let count = 0;
const listFile = (lines: readonly string[]): string => {
  const path = join(home, `urls-${(count += 1)}.txt`);
  writeFileSync(path, lines.join('\n'));
  return path;
};

interface BatchAnswer {
  id: string;
  status: string;
  counts: Record<string, number>;
  items: { line: number; status: string; error: { code: string } | null }[];
}

const statusOf = async (id: string): Promise<BatchAnswer> => {
  const { stdout } = await clipscribe('batch', 'status', '--job-id', id, '--json');
  return JSON.parse(stdout) as BatchAnswer;
};

const submit = async (lines: readonly string[]): Promise<string> =>
  (await clipscribe('batch', 'submit', listFile(lines))).stdout.trim();

/** Asks until a condition holds; the test's own time-out bounds it. */
async function untilBatch(id: string, holds: (batch: BatchAnswer) => boolean): Promise<BatchAnswer> {
  for (;;) {
    const batch = await statusOf(id);
    if (holds(batch)) return batch;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Workers of all queues with scripted steps, for as long as `body` runs. */
const withWorkers = <T>(overrides: Script['overrides'] & object, body: () => Promise<T>): Promise<T> =>
  withShortWorkers(temporal, { statedDurationSeconds: 200, chunks: [chunkOf(0, 200)], overrides }, body);

const talk = (name: string): string => `https://example.org/${name}`;

describe('a batch, submitted by the command line', () => {
  test('goes through to its end, past a video that fails', async () => {
    const { activities: steps } = scriptedActivities({ statedDurationSeconds: 200, chunks: [] });
    const overrides: Script['overrides'] = {
      fetchMetadata: (input) =>
        input.source?.kind === 'url' && input.source.url.endsWith('/broken')
          ? Promise.reject(failure('VideoUnavailable'))
          : steps.fetchMetadata(input),
    };
    await withWorkers(overrides, async () => {
      const id = await submit([talk('one'), '# a comment', talk('broken'), talk('two'), talk('one')]);
      expect(id).toMatch(/^batch_/);
      const { raw } = await temporal.client.workflow.getHandle(id).describe();
      expect(raw.workflowExecutionInfo?.priority).toMatchObject({ priorityKey: 5, fairnessKey: 'local' });
      const batch = await untilBatch(id, ({ status }) => status !== 'running');
      expect(batch).toMatchObject({
        ...{ status: 'completed', counts: { total: 4, completed: 2, failed: 1, duplicate: 1 } },
        items: [{ line: 3, status: 'failed', error: { code: 'VideoUnavailable' } }],
      });
      const { stdout } = await clipscribe('batch', 'list', '--recent', '5');
      expect(stdout).toMatch(new RegExp(`${id} +completed +100 %`));
    });
  });

  test('is fetched: each video into a folder of its own, and no file twice', async () => {
    const store = new LocalArtifactStore(join(home, 'data', 'artifacts'));
    const overrides: Script['overrides'] = {
      publishResults: async ({ job: { jobId, userId } }) => {
        const folder = `results/${userId}/${jobId}`;
        const artifact = await store.put(`${folder}/transcript.txt`, `What was said in ${jobId}`);
        const manifest = buildManifest({
          ...{ jobId, completedAt: new Date().toISOString(), stages: [], parameters: {} },
          files: [{ name: 'transcript.txt', artifact }],
        });
        const measure = { seconds: 0, attempt: 1, cached: false, model: null, costUsd: 0 };
        return { manifest: await store.put(`${folder}/manifest.json`, JSON.stringify(manifest)), measure };
      },
    };
    await withWorkers(overrides, async () => {
      const id = await submit([talk('six'), talk('seven'), talk('six')]);
      await untilBatch(id, ({ status }) => status === 'completed');
      const out = join(home, 'out');
      const fetch = () => clipscribe('batch', 'fetch', id, '--output-dir', out);
      expect((await fetch()).stdout).toContain('2 of 2 videos');
      const index = JSON.parse(readFileSync(join(out, 'batch.json'), 'utf8')) as {
        items: { folder: string | null }[];
      };
      const [one = '', other = '', duplicate] = index.items.map(({ folder }) => folder ?? '');
      expect(duplicate).toBe('');
      const transcript = (folder: string): string => join(out, folder, 'transcript.txt');
      const kept = statSync(transcript(one)).ino;
      rmSync(join(out, other), { recursive: true });
      writeFileSync(join(out, one, 'manifest.json'), 'damaged');
      await fetch();
      expect(statSync(transcript(one)).ino).toBe(kept);
      expect(readFileSync(transcript(other), 'utf8')).toBe(`What was said in ${other}`);
      expect(readFileSync(join(out, one, 'manifest.json'), 'utf8')).toContain(one);
    });
  });

  test('does again what failed, when it is told to', async () => {
    const { activities: steps } = scriptedActivities({ statedDurationSeconds: 200, chunks: [] });
    let isBroken = true;
    const overrides: Script['overrides'] = {
      fetchMetadata: (input) =>
        isBroken ? Promise.reject(failure('VideoUnavailable')) : steps.fetchMetadata(input),
    };
    await withWorkers(overrides, async () => {
      const id = await submit([talk('eight'), talk('nine')]);
      await untilBatch(id, ({ status, counts }) => status === 'completed' && counts['failed'] === 2);
      isBroken = false;
      expect((await clipscribe('batch', 'retry', id)).stdout).toContain('2 videos are tried again');
      await untilBatch(id, ({ status, counts }) => status === 'completed' && counts['completed'] === 2);
    });
  });

  test('is accepted without a worker, and cancelled', async () => {
    const id = await submit([talk('three'), talk('four')]);
    await untilBatch(id, ({ status }) => status === 'running');
    const watched = clipscribe('batch', 'watch', id);
    expect((await clipscribe('batch', 'cancel', id)).stdout).toContain('being cancelled');
    await withWorkers({}, async () => {
      expect(await untilBatch(id, ({ status }) => status === 'cancelled')).toMatchObject({
        counts: { cancelled: 2 },
      });
    });
    const lines = (await watched).stdout.trim().split('\n');
    expect(lines.at(-1)).toContain('2 cancelled');
    expect(lines).toEqual([...new Set(lines)]);
  });

  test('names each bad line, and submits nothing', async () => {
    const { error } = await clipscribe(
      'batch',
      'submit',
      listFile([talk('five'), 'talk.mp4', 'ftp://a.example']),
    );
    expect(error).toBeInstanceOf(CliError);
    expect((error as CliError).message.split('\n')).toEqual([
      expect.stringMatching(/^2 of 3 lines/) as string,
      expect.stringMatching(/^line 2: /) as string,
      expect.stringMatching(/^line 3: /) as string,
    ]);
    expect((await clipscribe('batch', 'submit', join(home, 'nothing.txt'))).error).toMatchObject({
      exitCode: 2,
    });
    expect((await clipscribe('batch', 'status', '--job-id', 'batch_none')).error).toMatchObject({
      code: 'BatchNotFound',
    });
  });
});
