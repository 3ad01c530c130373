import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createTokenSecret } from './token-secret.ts';

/**
 * The installation's own administrator token, kept in a file that its owner alone may read: who owns the home
 * owns the installation. It is made at the first start; two processes that start at once agree on one.
 */
export async function keepAdminToken(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, `${createTokenSecret('adm')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}
