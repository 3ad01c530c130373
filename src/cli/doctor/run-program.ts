import { execFile } from 'node:child_process';
import { environmentWith } from '../../config/environment.ts';

/** Long enough for a cold import of the Python packages on a slow disk. */
const TIMEOUT_MS = 60_000;

/** What a program printed, or why it could not be run. */
export type ProgramOutput = { readonly text: string } | { readonly failure: string };

/**
 * Runs a program to its end and collects what it printed. Never throws.
 *
 * @param environment added to this process's own
 */
export const runProgram = (
  program: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramOutput> =>
  new Promise((resolve) => {
    const options = {
      timeout: TIMEOUT_MS,
      maxBuffer: 4 * 1024 * 1024,
      env: environmentWith(environment),
    };
    execFile(program, parameters, options, (error, stdout, stderr) => {
      if (error === null) resolve({ text: stdout });
      else resolve({ failure: stderr.trim().split('\n').at(-1) || firstLine(error.message) });
    });
  });

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
