import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal/terminal.ts';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: CHECKOUT }).sort();
const read = (name: string): string => readFileSync(join(CHECKOUT, name), 'utf8');

/** Commands of the command line, and the processes that bin/clipscribe.mjs starts by itself. */
const commands = [
  ...createProgram({
    terminal: processTerminal,
    settings: () => {
      throw new Error('Listing commands reads no settings.');
    },
    exit: () => undefined,
  }).commands.map((command) => command.name()),
  'worker',
  'api',
];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The first groups of all matches. */
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

describe.each(documents)('%s', (name) => {
  const text = read(name);

  it('links only to files that are there', () => {
    const targets = all(text, /\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g);
    expect(targets.filter((target) => !existsSync(join(CHECKOUT, dirname(name), target)))).toEqual([]);
  });

  it('names only commands that exist', () => {
    const named = all(text, /\bnpx clipscribe ([a-z]+)/g);
    expect(named.filter((command) => !commands.includes(command))).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const named = all(text, /\bnpm run ([\w:-]+)/g);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  it('names only source files and folders that are there', () => {
    const named = all(text, /`((?:src|test|deploy|scripts|docs|inference)\/[\w./-]+)`/g);
    expect(named.filter((path) => !existsSync(join(CHECKOUT, path)))).toEqual([]);
  });
});
