import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A copy of a cookies.txt for one run in the job's own folder, because yt-dlp writes back what sites set.
 *
 * @returns undefined where there are no cookies
 */
export async function copyCookies(
  cookiesFile: string | undefined,
  workDirectory: string,
): Promise<string | undefined> {
  if (cookiesFile === undefined) return undefined;
  const copy = join(workDirectory, 'cookies.txt');
  await mkdir(workDirectory, { recursive: true });
  await copyFile(cookiesFile, copy);
  await chmod(copy, 0o600);
  return copy;
}
