import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { testFolder } from '../../support/test-folder.ts';

/** A process of its own that stores things and prints the error code or `stored`. */
const storing = (root: string, call: string): string => `
  import { createReadStream } from 'node:fs';
  import { LocalArtifactStore } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/local-store/local-artifact-store.ts'))};
  const store = new LocalArtifactStore(${JSON.stringify(root)});
  await store.${call}.then(
    () => console.log('stored'),
    (error) => console.log(error.code),
  );
`;

const node = (script: string): string[] => [process.execPath, '--input-type=module', '--eval', script];

const run = async (
  program: string,
  programArguments: string[],
): Promise<{ output: string; exitCode: number }> => {
  const child = spawn(program, programArguments, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { output: output.trim() || errors, exitCode };
};

/** A file system of its own, in a mount namespace that ends with the command. */
const onSmallDisk = (mountFolder: string, command: string[]): string[] => [
  '-rm',
  'sh',
  '-c',
  'mount -t tmpfs -o size=256k tmpfs "$1" && shift && exec "$@"',
  'sh',
  mountFolder,
  ...command,
];

const namespaces = (await run('unshare', ['-rm', 'true']).catch(() => ({ exitCode: 1 }))).exitCode === 0;

test.skipIf(!namespaces)('a full disk is reported as DiskFull (needs user namespaces)', async () => {
  const folder = testFolder();
  const script = storing(join(folder, 'artifacts'), "put('work/large', Buffer.alloc(1_000_000))");
  const { output } = await run('unshare', onSmallDisk(folder, node(script)));
  expect(output).toBe('DiskFull');
});

test.skipIf(!namespaces)(
  'a disk that turns read-only is reported as StorageDenied (needs user namespaces)',
  async () => {
    const folder = testFolder();
    const script = storing(join(folder, 'artifacts'), "put('work/small', 'x')");
    const putTwice = ['sh', '-c', '"$@" && mount -o remount,ro "$0" && "$@"', folder, ...node(script)];
    const { output } = await run('unshare', onSmallDisk(folder, putTwice));
    expect(output.split('\n')).toEqual(['stored', 'StorageDenied']);
  },
);

test('a writer killed in the middle of an object leaves the old object whole', async () => {
  const folder = testFolder();
  const root = join(folder, 'artifacts');
  const temporary = join(root, '.temporary');
  const pipe = join(folder, 'endless');
  await mkdir(root);
  await run('mkfifo', [pipe]);
  const store = new LocalArtifactStore(root);
  const old = await store.put('jobs/a/core.json', 'the old object');

  const [program = '', ...programArguments] = node(
    storing(root, `receive('jobs/a/core.json', createReadStream(${JSON.stringify(pipe)}), 2_000_000)`),
  );
  const writer = spawn(program, programArguments, { stdio: 'ignore' });
  const ended = once(writer, 'exit');
  const feed = createWriteStream(pipe);
  feed.on('error', () => undefined);
  feed.write(Buffer.alloc(1_000_000));
  await vi.waitFor(
    async () => {
      const [name = ''] = await readdir(temporary);
      expect((await stat(join(temporary, name))).size).toBeGreaterThan(100_000);
    },
    { timeout: 60_000 },
  );
  writer.kill('SIGKILL');
  await ended;
  feed.destroy();

  expect(await store.find('jobs/a/core.json')).toEqual(old);
  expect(Buffer.from(await store.read(old)).toString()).toBe('the old object');
});
