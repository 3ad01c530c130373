import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { proposalSchema } from '../../domain/proposal.ts';
import type { ClipRequest } from '../../domain/reel-clip.ts';
import type { Api } from '../api/api-client.ts';
import { uploadFile } from '../api/upload-file.ts';
import { CliError, EXIT } from '../cli-error.ts';
import { uploadProgress } from '../terminal/upload-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * The clips that the arguments name: files, addresses, jobs, each with a span where one is given, and proposals
 * (`proposal.json`), whose moments are clips.
 *
 * @throws CliError wrong usage, about the first argument that cannot work
 */
export async function readClips(given: readonly string[]): Promise<ClipRequest[]> {
  const clips = await Promise.all(given.map(readClip));
  return clips.flat();
}

async function readClip(given: string): Promise<ClipRequest[]> {
  const [, place = given, span = ''] = /^(.*?)(#t=.*)?$/s.exec(given) ?? [];
  if (/^(job|upload)_[0-9a-z]+$/.test(place) || /^[a-z][a-z0-9+.-]*:\/\//i.test(place))
    return [{ source: given }];
  const path = resolve(place);
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile())
    throw new CliError(`There is no file ${place}.`, {
      exitCode: EXIT.usage,
      code: 'InvalidInput',
      fix: 'Give files, http, gs or s3 addresses, or job ids.',
    });
  if (extname(path) === '.json') return momentsOf(path);
  return [{ source: `${pathToFileURL(path).href}${span}` }];
}

async function momentsOf(path: string): Promise<ClipRequest[]> {
  try {
    const { jobId, moments } = proposalSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return moments.map(({ start, end }) => ({ source: jobId, start, end }));
  } catch (cause) {
    throw new CliError(`The file ${path} is not a proposal that can be read.`, {
      exitCode: EXIT.usage,
      code: 'InvalidInput',
      fix: 'Make one with `npx clipscribe reel propose`.',
      cause,
    });
  }
}

/** Sends files to an API that cannot read them where they are; a file that is named twice is sent once. */
export async function sendFiles(
  api: Api,
  clips: readonly ClipRequest[],
  terminal: Terminal,
): Promise<ClipRequest[]> {
  if (api.readsLocalFiles) return [...clips];
  const sent = new Map<string, string>();
  const result: ClipRequest[] = [];
  for (const clip of clips) {
    const [, address = '', span = ''] = /^(.*?)(#t=.*)?$/s.exec(clip.source) ?? [];
    if (!address.startsWith('file:')) {
      result.push(clip);
      continue;
    }
    const path = fileURLToPath(address);
    const uploadId = sent.get(path) ?? (await uploadFile(api, path, uploadProgress(terminal, path)));
    sent.set(path, uploadId);
    result.push({ ...clip, source: `${uploadId}${span}` });
  }
  return result;
}
