import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { testFolder } from '../../support/test-folder.ts';

const createSilentProgram = (stdout = new PassThrough()): Command =>
  createProgram({
    terminal: { stdout, stderr: new PassThrough() },
    settings: () => {
      throw new Error('Settings were read.');
    },
    exit: () => undefined,
  });

function scriptFor(shell: string): string {
  const stdout = new PassThrough();
  createSilentProgram(stdout).parse(['completion', shell], { from: 'user' });
  return String(stdout.read());
}

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

const folder = testFolder();
mkdirSync(join(folder, 'a folder'));
writeFileSync(join(folder, 'talk one.mp4'), '');
for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, `.${shell}`), scriptFor(shell));

const quoted = (word: string): string => `'${word}'`;

/** How each shell is asked, without a terminal, what it would offer for the last word. */
const ASK: Readonly<Record<string, (words: readonly string[]) => string[]>> = {
  bash: (words) => [
    '--norc',
    '-c',
    `source .bash; COMP_WORDS=(${words.map(quoted).join(' ')}); COMP_CWORD=${words.length - 1}
     _clipscribe; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  // The functions of zsh's completion system work in its line editor only; these say what they would be given.
  zsh: (words) => [
    '-f',
    '-c',
    `compdef() {}; compadd() { shift; print -l -- "$@" }
     _describe() { print -l -- "\${(@)\${(P@)@[-1]}%%:*}" }
     _files() { if [[ $1 == -/ ]]; then print -l -- *(/) ; else print -l -- * ; fi }
     source .zsh; words=(${words.map(quoted).join(' ')}); CURRENT=${words.length}; _clipscribe`,
  ],
  fish: (words) => ['--no-config', '-c', `source .fish; complete -C ${quoted(words.join(' '))}`],
};

/** Candidates that begin with what is typed; shells leave that to different parts. */
function offered(shell: string, ...typed: string[]): string[] {
  const words = ['clipscribe', ...typed];
  const output = execFileSync(shell, ASK[shell]?.(words) ?? [], { cwd: folder, encoding: 'utf8' });
  return output
    .split('\n')
    .map((line) => (line.split('\t')[0] ?? '').replace(/\/$/, ''))
    .filter((line) => line !== '' && line.startsWith(typed.at(-1) ?? ''));
}

describe.each(['bash', 'zsh', 'fish'])('completion for %s', (shell) => {
  test.skipIf(!isInstalled(shell))('offers commands, and those below them', () => {
    expect(offered(shell, 'sub')).toEqual(['submit']);
    expect(offered(shell, '')).toEqual(expect.arrayContaining(['run', 'webhook', 'worker']));
    expect(offered(shell, 'token', '')).toEqual(expect.arrayContaining(['create', 'list', 'revoke']));
    expect(offered(shell, 'token', '')).not.toContain('submit');
    expect(offered(shell, '--debug', 'token', 'rev')).toEqual(['revoke']);
  });

  test.skipIf(!isInstalled(shell))('offers the options of a command, and values that it names', () => {
    expect(offered(shell, 'list', '--')).toEqual(expect.arrayContaining(['--status', '--json', '--debug']));
    expect(offered(shell, 'list', '--')).not.toContain('--tier');
    expect(offered(shell, 'list', '--status', 'q')).toEqual(['queued']);
    expect(offered(shell, 'token', 'create', '--tier', '')).toEqual(expect.arrayContaining(['alpha']));
    expect(offered(shell, 'worker', '--role', 'sh')).toEqual(['short']);
    expect(offered(shell, 'completion', 'f')).toEqual(['fish']);
  });

  test.skipIf(!isInstalled(shell))('offers files where a command takes some, and nothing for an id', () => {
    expect(offered(shell, 'submit', 't')).toEqual([expect.stringMatching(/^talk\\? one\.mp4$/)]);
    expect(offered(shell, 'run', '--output-dir', '')).toEqual([expect.stringMatching(/^a\\? folder$/)]);
    expect(offered(shell, 'status', '')).toEqual([]);
    expect(offered(shell, 'list', '--limit', '')).toEqual([]);
  });

  test.skipIf(!isInstalled(shell))('is a script that the shell reads without a complaint', () => {
    const { status, stderr } = spawnSync(shell, ['-n', `.${shell}`], {
      ...{ cwd: folder, encoding: 'utf8' },
      // A shell complains of a language of the tester that is not installed.
      env: { ...process.env, LC_ALL: 'C' },
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});

test('every command that prints something can print JSON', () => {
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const without = leaves(createSilentProgram())
    .filter((command) => !command.options.some(({ long }) => long === '--json'))
    .map((command) => command.name());
  // What these print is a file of another program's.
  expect(without.toSorted()).toEqual(['completion', 'export']);
});
