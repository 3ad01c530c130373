import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { CliError, EXIT } from '../cli-error.ts';

export interface AddressList {
  /** Undefined: it came by standard input. */
  name: string | undefined;
  source: { urls: string[] };
}

/**
 * The lines of a list of videos, as the API takes them, which also judges them. Names of files become addresses
 * where the API reads this machine's files.
 *
 * @param file a path, or `-` for standard input
 * @throws CliError wrong usage, where there is no such file
 */
export async function readList(
  file: string,
  { readsLocalFiles }: { readsLocalFiles: boolean },
): Promise<AddressList> {
  const content = file === '-' ? await text(process.stdin) : await readText(file);
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  return {
    name: file === '-' ? undefined : basename(file),
    source: { urls: readsLocalFiles ? lines.map(fileAddress) : lines },
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CliError(`There is no readable file ${file}.`, {
      ...{ exitCode: EXIT.usage, code: 'InvalidInput', cause },
      fix: 'Give a file with one address a line.',
    });
  }
}

/** A line that is neither blank, a comment nor an address is the name of a file. */
function fileAddress(line: string): string {
  const name = line.trim();
  const isOther = name === '' || name.startsWith('#') || /^[a-z][a-z0-9+.-]+:\/\//i.test(name);
  return isOther ? line : pathToFileURL(resolve(name)).href;
}
