import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { CliError } from '../cli-error.ts';
import { answerOf, fetchFrom, type Api } from './api-client.ts';

export interface DownloadedFile {
  name: string;
  path: string;
  bytes: number;
}

/**
 * Brings the result files of a job into a folder. Each is checked against its hash and appears as a whole;
 * what is there already with the same content is not fetched again.
 *
 * @throws CliError JobNotFinished while the job runs; or that a file arrived damaged
 */
export async function downloadResults(api: Api, jobId: string, folder: string): Promise<DownloadedFile[]> {
  const job = api.client.api.jobs[':id'];
  const { artifacts } = await answerOf(api, job.artifacts.$get({ param: { id: jobId } }));
  await mkdir(folder, { recursive: true });
  const files: DownloadedFile[] = [];
  for (const { name, sha256, bytes } of artifacts) {
    if (basename(name) !== name || name.startsWith('.'))
      throw new CliError(`The API offers a file named "${name}".`);
    const path = join(folder, name);
    if (!(await isThere(path, bytes, sha256))) await downloadArtifact(api, jobId, { name, sha256, path });
    files.push({ name, path, bytes });
  }
  return files;
}

/**
 * Brings one result file, checked against its hash; it appears as a whole, and replaces what was there.
 *
 * @throws CliError when it arrived damaged
 */
export async function downloadArtifact(
  api: Api,
  jobId: string,
  { name, sha256, path }: { name: string; sha256: string; path: string },
): Promise<void> {
  const address = `/api/jobs/${encodeURIComponent(jobId)}/artifacts/${encodeURIComponent(name)}`;
  const response = await fetchFrom(api, address);
  const temporary = `${path}.${randomUUID()}.part`;
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(part: Buffer, _encoding, done) {
      hash.update(part);
      done(null, part);
    },
  });
  try {
    const body = response.body as ReadableStream<Uint8Array> | null;
    await pipeline(
      body === null ? Readable.from([]) : Readable.fromWeb(body),
      hashing,
      createWriteStream(temporary),
    );
    if (hash.digest('hex') !== sha256) {
      throw new CliError(`The file ${name} arrived damaged.`, { fix: 'Fetch the results again.' });
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isThere(path: string, bytes: number, sha256: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined || !facts.isFile() || facts.size !== bytes) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256;
}
