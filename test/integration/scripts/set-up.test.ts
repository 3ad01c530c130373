import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

const startSetUp = (environment: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, ['scripts/setup.mjs'], {
    cwd: checkout,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function setUp(environment: NodeJS.ProcessEnv = {}) {
  const child = startSetUp(environment);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close'),
  ]);
  return { exitCode: child.exitCode, stdout, stderr };
}

/** A data folder with the parts that take long to install, taken from the real one. */
function homeWith(...parts: ('ffmpeg' | 'temporal' | 'models')[]): string {
  const home = testFolder();
  mkdirSync(join(home, 'tools'));
  const link = (target: string, ...path: string[]) => symlinkSync(target, join(home, ...path));
  if (parts.includes('models')) link(tools.modelsDirectory, 'models');
  if (parts.includes('temporal') && tools.temporal !== null) {
    mkdirSync(join(home, 'tools', 'temporal-1.5.1'));
    link(tools.temporal, 'tools', 'temporal-1.5.1', basename(tools.temporal));
  }
  return home;
}

const namedFfmpeg = { CLIPSCRIBE_FFMPEG: tools.ffmpeg, CLIPSCRIBE_FFPROBE: tools.ffprobe };

describe('set-up', () => {
  it('is silent where all is there, and names every tool', async () => {
    const { exitCode, stdout, stderr } = await setUp();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const found = JSON.parse(stdout) as typeof tools;
    expect(found).toEqual(tools);
    for (const path of Object.values(found)) expect(existsSync(path!)).toBe(true);
  });

  it('ends with one sentence where there is no Python', async () => {
    const home = homeWith('temporal', 'models');
    const { exitCode, stdout, stderr } = await setUp({
      ...namedFfmpeg,
      CLIPSCRIBE_HOME: home,
      CLIPSCRIBE_PYTHON: join(home, 'no-such-python'),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^ClipScribe needs Python 3\.10 or later and found none at CLIPSCRIBE_PYTHON .*: install it/,
    );
    expect(stderr).not.toContain('    at ');
    expect(existsSync(join(home, 'tools', 'tools.json'))).toBe(false);
  });

  it('says what to install where Python cannot make virtual environments', async () => {
    const home = homeWith('temporal', 'models');
    // As Debian's python3 without python3-venv.
    const python = join(home, 'python-without-venv');
    writeFileSync(python, `#!/bin/sh\ncase "$*" in --version) echo Python 3.12.1;; *) exit 1;; esac\n`, {
      mode: 0o755,
    });
    const { exitCode, stderr } = await setUp({
      ...namedFfmpeg,
      CLIPSCRIBE_HOME: home,
      CLIPSCRIBE_PYTHON: python,
    });
    expect(exitCode).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toContain(
      'cannot make virtual environments: install its venv module',
    );
    expect(readdirSync(join(home, 'tools')).filter((name) => name.startsWith('python-'))).toEqual([]);
  });

  it('says which setting is wrong where a named ffmpeg is none', async () => {
    const { exitCode, stderr } = await setUp({
      CLIPSCRIBE_FFMPEG: process.execPath,
      CLIPSCRIBE_FFPROBE: tools.ffprobe,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^CLIPSCRIBE_FFMPEG \(.*\) or CLIPSCRIBE_FFPROBE \(.*\) is not a working ffmpeg/);
    expect((await setUp({ CLIPSCRIBE_FFMPEG: tools.ffmpeg })).stderr).toContain('set both or neither');
  });

  it('stops what it started when it is interrupted, and leaves no lock', async () => {
    const home = homeWith('temporal', 'models');
    const child = startSetUp({ ...namedFfmpeg, CLIPSCRIBE_HOME: home });
    const closed = once(child, 'close');
    let stderr = '';
    for await (const chunk of child.stderr!) {
      const begun = stderr.includes('• Python packages');
      stderr += String(chunk);
      if (!begun && stderr.includes('• Python packages')) child.kill('SIGINT');
    }
    await closed;
    expect(child.exitCode).toBe(130);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'Set-up was interrupted; the next start goes on where it stopped.',
    );
    expect(existsSync(join(home, 'tools', 'set-up.lock'))).toBe(false);
    // The environment is there in part, and lacks the stamp that would call it complete.
    const environment = readdirSync(join(home, 'tools')).find((name) => name.startsWith('python-'));
    expect(environment).toBeDefined();
    expect(existsSync(join(home, 'tools', environment!, 'clipscribe-complete.json'))).toBe(false);
    expect(runningBelow(home)).toEqual([]);
  });

  it('takes the lock of a set-up that died over, and removes what it left', async () => {
    const home = homeWith('temporal', 'models');
    const folder = join(home, 'tools');
    symlinkSync(dirname(dirname(tools.python)), join(folder, basename(dirname(dirname(tools.python)))));
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'close');
    writeFileSync(
      join(folder, 'set-up.lock'),
      JSON.stringify({ pid: dead.pid, host: hostname(), token: 'x' }),
    );
    mkdirSync(join(folder, 'ffmpeg-0.incoming-1'));
    // Without the system's PATH there is no ffmpeg, and so something to install.
    const { exitCode, stderr } = await setUp({ CLIPSCRIBE_HOME: home, PATH: dirname(process.execPath) });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('✓ ffmpeg') });
    expect(readdirSync(folder).filter((name) => /lock|incoming/.test(name))).toEqual([]);
    const written = JSON.parse(readFileSync(join(folder, 'tools.json'), 'utf8')) as typeof tools;
    expect(written.ffmpeg.startsWith(folder)).toBe(true);
  });
});

/** Processes whose command line names a folder. */
function runningBelow(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}
