import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runToCompletion } from '../../../src/adapters/process/run-to-completion.ts';
import { startProcess } from '../../../src/adapters/process/start-process.ts';
import type { ProcessOptions, RunningProcess } from '../../../src/adapters/process/start-process.ts';
import { isAlive } from '../../support/is-alive.ts';
import { testFolder } from '../../support/test-folder.ts';

let folder: string;
let abort: AbortController;

beforeEach(async () => {
  folder = testFolder();
  abort = new AbortController();
});
afterEach(async () => {
  abort.abort(new Error('the test is over'));
});

const options = (more: Partial<ProcessOptions> = {}): ProcessOptions => ({
  workDirectory: folder,
  signal: abort.signal,
  ...more,
});
const run = (script: string, more: Partial<ProcessOptions> = {}) =>
  runToCompletion('/bin/sh', ['-c', script], { ...options(more), maxOutputBytes: 100_000 });

const hasDied = (pid: number): Promise<void> =>
  vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 60_000 });

/** Reads the process id that a script prints first. */
const printedPid = async (child: RunningProcess): Promise<number> => {
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(line.toString());
};

describe('a child process', () => {
  test('gets its input and gives its output, exit code and the end of its messages', async () => {
    const result = await runToCompletion('/bin/sh', ['-c', 'cat; echo trouble >&2; exit 3'], {
      ...options(),
      input: Buffer.from('hello'),
      maxOutputBytes: 10,
    });
    expect(result).toEqual({ exitCode: 3, stderrTail: 'trouble\n', stdout: Buffer.from('hello') });
  });

  test('sees none of our environment', async () => {
    process.env['CLIPSCRIBE_TEST_SECRET'] = 'secret';
    const { stdout } = await run('env', { environment: { EXTRA: 'yes' } });
    delete process.env['CLIPSCRIBE_TEST_SECRET'];
    const names = stdout.toString().match(/^\w+(?==)/gm) ?? [];
    const ofTheShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(names.filter((name) => !ofTheShell.includes(name)).sort()).toEqual([
      'EXTRA',
      'HOME',
      'LANG',
      'PATH',
      'TMPDIR',
    ]);
    expect(stdout.toString()).toContain(`HOME=${folder}\n`);
  });

  test('gets its arguments as they are, without a shell', async () => {
    const { stdout } = await runToCompletion('/bin/echo', ['$(id)', '; rm -rf x', '*'], {
      ...options(),
      maxOutputBytes: 1_000,
    });
    expect(stdout.toString()).toBe('$(id) ; rm -rf x *\n');
  });

  test('starts in a work directory that is made when it is absent', async () => {
    const { stdout } = await run('pwd', { workDirectory: join(folder, 'new/one') });
    expect(stdout.toString()).toBe(`${join(folder, 'new/one')}\n`);
  });

  test.each([['/nowhere/ffmpeg'], ['no-such-program-anywhere']])(
    'that is absent is ToolMissing: %s',
    async (name) => {
      const { exited } = startProcess(name, [], options({ limits: { openFiles: 64 } }));
      await expect(exited).rejects.toMatchObject({ code: 'ToolMissing' });
    },
  );

  test('that may not be executed is ToolMissing', async () => {
    const path = join(folder, 'tool');
    await writeFile(path, '#!/bin/sh\n', { mode: 0o644 });
    await expect(startProcess(path, [], options()).exited).rejects.toMatchObject({ code: 'ToolMissing' });
  });

  test('that a signal ends is ToolCrashed', async () => {
    await expect(run('kill -SEGV $$')).rejects.toMatchObject({ code: 'ToolCrashed' });
  });

  test('that somebody else kills is taken for one that used too much memory', async () => {
    await expect(run('kill -KILL $$')).rejects.toMatchObject({ code: 'OutOfMemory' });
  });

  test('that runs out of time is stopped and is ToolCrashed', async () => {
    await expect(run('sleep 1000', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'ToolCrashed' });
  });

  test('that prints without end is stopped and is ToolCrashed', async () => {
    await expect(run('yes')).rejects.toMatchObject({ code: 'ToolCrashed' });
  });

  test.skipIf(!existsSync('/dev/full'))(
    'that finds the disk full is DiskFull (needs /dev/full)',
    async () => {
      await expect(run('echo x | cat > /dev/full')).rejects.toMatchObject({ code: 'DiskFull' });
    },
  );

  test("that meets the host's own limit of file sizes is DiskFull", async () => {
    await expect(run('kill -XFSZ $$')).rejects.toMatchObject({ code: 'DiskFull' });
  });

  test('is not started when the signal has already fired', () => {
    const reason = new Error('cancelled');
    abort.abort(reason);
    expect(() => startProcess('/bin/sh', ['-c', `touch ${folder}/ran`], options())).toThrow(reason);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  test('is ended by an abort with all it started, even what ignores SIGTERM', async () => {
    const child = startProcess(
      '/bin/sh',
      ['-c', `(trap '' TERM; sh -c 'echo $PPID; while :; do sleep 1; done') & wait`],
      options(),
    );
    const grandchild = await printedPid(child);
    const reason = new Error('cancelled');
    abort.abort(reason);
    await expect(child.exited).rejects.toBe(reason);
    await hasDied(grandchild);
  });

  test('is killed when it ignores SIGTERM', async () => {
    const child = startProcess(
      '/bin/sh',
      ['-c', 'trap "" TERM; echo $$; while :; do sleep 1; done'],
      options(),
    );
    const pid = await printedPid(child);
    child.stop();
    await expect(child.exited).rejects.toMatchObject({ code: 'ToolCrashed' });
    expect(isAlive(pid)).toBe(false);
  });

  test('leaves nothing behind when it ends by itself', async () => {
    const { stdout } = await run('sleep 1000 >/dev/null 2>&1 & echo $!');
    await hasDied(Number(stdout.toString()));
  });

  test('may stop reading its input at any time', async () => {
    const result = await runToCompletion('/bin/sh', ['-c', 'exec 0<&-; echo done'], {
      ...options(),
      input: Buffer.alloc(5_000_000),
      maxOutputBytes: 100,
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: Buffer.from('done\n') });
  });

  test.skipIf(process.platform !== 'linux')('writes no more than its file size limit (Linux)', async () => {
    const script = 'exec dd if=/dev/zero of=big bs=1000 count=100';
    await expect(run(script, { limits: { fileSizeBytes: 5_000 } })).rejects.toMatchObject({
      code: 'ToolCrashed',
    });
    expect(await readdir(folder)).toEqual(['big']);
    const { stdout } = await run('wc -c < big');
    expect(Number(stdout)).toBeLessThanOrEqual(5_000);
  });

  test.skipIf(process.platform !== 'linux')(
    'dies with a worker that is killed by SIGKILL (Linux)',
    async () => {
      const source = join(import.meta.dirname, '../../../src/adapters/process/start-process.ts');
      const script = `
      import { startProcess } from ${JSON.stringify(source)};
      const signal = new AbortController().signal;
      const child = startProcess('/bin/sh', ['-c', 'echo $$; while :; do sleep 1; done'],
        { workDirectory: ${JSON.stringify(folder)}, signal });
      child.stdout.pipe(process.stdout);
    `;
      const worker = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(worker.stdout, 'data')) as [Buffer];
      const child = Number(line.toString());
      expect(isAlive(child)).toBe(true);
      worker.kill('SIGKILL');
      await hasDied(child);
      expect(await text(worker.stdout)).toBe('');
    },
  );
});
