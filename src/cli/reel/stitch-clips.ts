import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ClipRequest } from '../../domain/reel-clip.ts';
import type { Api } from '../api/api-client.ts';
import { takeBack, uploadFile } from '../api/upload-file.ts';
import { CliError, EXIT } from '../cli-error.ts';
import { uploadProgress } from '../terminal/upload-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readProposal } from './read-proposal.ts';

interface ReadOptions {
  /** The titles of a proposal's moments are shown on cards. */
  titles: boolean;
}

/**
 * The clips that the arguments name: files, addresses, jobs, each with a span where one is given, and proposals
 * (`proposal.json`), whose moments are clips.
 *
 * @throws CliError wrong usage, about the first argument that cannot work
 */
export async function readClips(given: readonly string[], options: ReadOptions): Promise<ClipRequest[]> {
  const clips = await Promise.all(given.map((each) => readClip(each, options)));
  return clips.flat();
}

async function readClip(given: string, options: ReadOptions): Promise<ClipRequest[]> {
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
  if (extname(path) === '.json') return momentsOf(path, options);
  return [{ source: `${pathToFileURL(path).href}${span}` }];
}

async function momentsOf(path: string, { titles }: ReadOptions): Promise<ClipRequest[]> {
  const { jobId, moments } = await readProposal(path);
  return moments.map(({ start, end, title }) => ({
    source: jobId,
    start,
    end,
    ...(titles && title.trim() !== '' && { title }),
  }));
}

/**
 * Requests a reel of clips whose files are sent first to an API that cannot read them where they are; a file that is
 * named twice is sent once. A request that fails takes back what was sent.
 */
export async function withFilesSent<T>(
  { api, clips, terminal }: { api: Api; clips: readonly ClipRequest[]; terminal: Terminal },
  request: (clips: ClipRequest[]) => Promise<T>,
): Promise<T> {
  if (api.readsLocalFiles) return request([...clips]);
  const sent = new Map<string, string>();
  try {
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
    return await request(result);
  } catch (error) {
    await takeBack(api, [...sent.values()]);
    throw error;
  }
}
