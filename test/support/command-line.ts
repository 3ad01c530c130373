import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OwnedProcess } from './owned-process.ts';
import type { TestHome } from './stack.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Starts `clipscribe` as a user does, with a home of the test's own and none of the tester's settings. */
export const startCommand = (home: TestHome, ...words: string[]): OwnedProcess =>
  new OwnedProcess(`clipscribe ${words.join(' ')}`, [process.execPath, MAIN, ...words], {
    folder: home.path,
    environment: {
      ...{ PATH: process.env['PATH'], HOME: join(home.path, 'user'), CLIPSCRIBE_HOME: home.path },
      // The tester's own ClipScribe may be at the default one.
      CLIPSCRIBE_API_PORT: '0',
    },
  });

/** Runs a command to its end. */
export async function runCommand(
  home: TestHome,
  ...words: string[]
): Promise<{ code: number | null; output: string }> {
  const command = startCommand(home, ...words);
  const { code } = await command.exited;
  return { code, output: command.output };
}

/** The JSON objects that a command printed, one per line. */
export const eventsOf = (output: string): Record<string, unknown>[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
