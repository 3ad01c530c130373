import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { homeFolders } from '../../config/home.ts';
import { isTaken } from '../../config/exclusive.ts';

/** What a running local stack tells other commands. */
const stackSchema = z.object({
  apiUrl: z.string(),
  temporalAddress: z.string(),
  /** Null where the Temporal server is somebody else's. */
  temporalUiUrl: z.string().nullable(),
  /** The dev server that the stack started, to be ended by the next start if everything was killed. */
  temporalProcessId: z.number().int().positive().nullable(),
});
export type Stack = z.infer<typeof stackSchema>;

/** Who has this runs the stack of a home; see `takeExclusively`. */
export const STACK_LOCK = 'stack';

/** The stack that runs over this home and takes jobs. A file that a killed stack left does not count. */
export async function findRunningStack(home: string): Promise<Stack | undefined> {
  if (!(await isTaken(home, STACK_LOCK))) return undefined;
  const stack = readStack(home);
  return stack === undefined || stack.apiUrl === '' ? undefined : stack;
}

/** The stack that runs over this home, is being started, or was killed. */
export function readStack(home: string): Stack | undefined {
  try {
    return stackSchema.parse(JSON.parse(readFileSync(homeFolders(home).stack, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the file as a whole: a reader never sees half of it. */
export function writeStack(home: string, stack: Stack): void {
  const path = homeFolders(home).stack;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

export const removeStack = (home: string): void => rmSync(homeFolders(home).stack, { force: true });
