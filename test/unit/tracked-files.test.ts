import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** Home folders by the customs of Linux, macOS and Windows, and the place of a source file in a stack trace. */
const MACHINE_PATHS = [
  /(?<![\w.~$}-])\/(?:root|home\/[\w-]+|Users\/[\w-]+)\/[\w.]/,
  /\b[A-Z]:\\+Users\\+[\w-]/,
  /\bat (?:[^\n(]* \()?(?:file:\/\/)?\/[^\s)]+:\d+:\d+/,
];

/** A folder such as `/app` is too short to tell a path of this machine from any other text. */
const isTelling = (folder: string): boolean => isAbsolute(folder) && folder.split(/[\\/]/).length > 2;

const isText = (content: Buffer): boolean => !content.subarray(0, 8000).includes(0);

/** Lines of a text that name a place on the machine of whoever wrote it. */
function machinePathsIn(text: string, folders: readonly string[]): string[] {
  return text
    .split('\n')
    .filter(
      (line) =>
        MACHINE_PATHS.some((pattern) => pattern.test(line)) ||
        folders.some((folder) => line.includes(folder)),
    );
}

describe('the check for machine paths', () => {
  it.each([
    ['a home folder', `cache = ${['', 'home', 'ada', 'cache'].join('/')}`],
    ['the home folder of root', `"${['', 'root', '.cache'].join('/')}"`],
    ['a home folder on macOS', `open ${['', 'Users', 'ada', 'talk.mp4'].join('/')}`],
    ['a home folder on Windows', ['C:', 'Users', 'ada'].join('\\')],
    ['a stack trace', `at run (file://${['', 'srv', 'checkout', 'main.ts'].join('/')}:12:3)`],
    ['a folder of this machine', 'written to /opt/somewhere/here'],
  ])('finds %s', (_name, line) => {
    expect(machinePathsIn(line, ['/opt/somewhere'])).toEqual([line]);
  });

  it('lets addresses and paths relative to the home folder pass', () => {
    const text = 'https://example.org/home/ada/page\n~/.local/share\n$HOME/x\nsrc/home/ada.ts';
    expect(machinePathsIn(text, [])).toEqual([]);
  });
});

describe('the tracked files', () => {
  it.skipIf(!existsSync(join(CHECKOUT, '.git')))('name no place on the machine of whoever wrote them', () => {
    const folders = [CHECKOUT, homedir()].map((folder) => folder.replace(/[\\/]$/, '')).filter(isTelling);
    const names = execFileSync('git', ['ls-files', '-z'], { cwd: CHECKOUT, encoding: 'utf8' })
      .split('\0')
      .filter((name) => name !== '' && existsSync(join(CHECKOUT, name)));
    const found = names.flatMap((name) => {
      const content = readFileSync(join(CHECKOUT, name));
      if (!isText(content)) return [];
      return machinePathsIn(content.toString('utf8'), folders).map((line) => `${name}: ${line.trim()}`);
    });
    expect(names.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });
});
