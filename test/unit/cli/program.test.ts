import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../src/cli/cli-error.ts';
import { createProgram } from '../../../src/cli/program.ts';

/** Runs a command line that must not get as far as reading settings. */
async function run(...words: string[]): Promise<{ error: unknown; stdout: string; stderr: string }> {
  const terminal = { stdout: new PassThrough(), stderr: new PassThrough() };
  const program = createProgram({
    terminal,
    settings: () => {
      throw new Error('Settings were read.');
    },
    exit: () => undefined,
  });
  const error: unknown = await program.parseAsync(words, { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  terminal.stdout.end();
  terminal.stderr.end();
  return { error, stdout: await text(terminal.stdout), stderr: await text(terminal.stderr) };
}

describe('wrong usage', () => {
  test.each([
    [['transcribe']],
    [['run']],
    [['run', 'talk.mp4', '--langauge', 'en']],
    [['run', 'talk.mp4', '--language', 'English']],
    [['submit', 'talk.mp4', '--priority', '11']],
    [['list', '--limit', '0']],
    [['batch', 'submit']],
    [['batch', 'status']],
    [['batch', 'list', '--recent', '0']],
    [['list', '--status', 'asleep']],
    [['retry', 'job_1', '--set', 'model']],
    [['retry', 'job_1', '--set', 'beam=5']],
    [['retry', 'job_1', '--set', 'concurrency=many']],
    [['redo', 'job_1']],
    [['feedback', 'job_1', '6']],
    [['token', 'ceilings', 'token_1', '--day', 'much']],
    [['token', 'change', 'token_1', '--tier', 'gold']],
    [['token', 'change', 'token_1']],
    [['redo', 'job_1', '--from', 'dub']],
    [['list', '--project', 'spring', '--status', 'queued']],
    [['retry', 'reel_1', '--set', 'compression=none']],
    [['retry', 'reel_1', '--set', 'subtitles=large']],
    [['reel', 'stitch', 'one.mp4', '--priority', '0']],
    [['reel', 'propose', 'job_1', '--submit', '--output', 'talk.json']],
  ])('%j is refused by the command line itself', async (words) => {
    const { error, stderr } = await run(...words);
    expect(error).toBeInstanceOf(CommanderError);
    expect((error as CommanderError).exitCode).not.toBe(0);
    expect(stderr).toMatch(/^error: /);
  });

  test.each(['missing.mp4', 'ftp://example.org/talk', 'file:///etc/passwd', '.'])(
    'the input %s is refused in one sentence before anything starts',
    async (input) => {
      const { error } = await run('run', input);
      expect(error).toBeInstanceOf(CliError);
      expect(error).toMatchObject({ exitCode: 2, fix: expect.any(String) as string });
    },
  );
});

test('a reel that is waited for has to be written somewhere', async () => {
  const { error } = await run('reel', 'stitch', 'https://example.org/one.mp4', 'https://example.org/two.mp4');
  expect(error).toMatchObject({ exitCode: 2, fix: expect.stringContaining('--submit') as string });
});

test('--help of every command describes it and its options', async () => {
  const { stdout } = await run('--help');
  const commands = [...stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name ?? '');
  expect(commands).toEqual(
    expect.arrayContaining(['run', 'up', 'doctor', 'submit', 'watch', 'redo', 'fetch']),
  );
  for (const command of commands) {
    const help = await run(command, '--help');
    expect(help.stdout, command).toContain(`Usage: clipscribe ${command}`);
    expect((help.error as CommanderError).exitCode).toBe(0);
  }
});
