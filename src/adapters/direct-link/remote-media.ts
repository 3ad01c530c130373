import { createHash } from 'node:crypto';
import { ClipScribeError } from '../../domain/errors.ts';
import type { MediaFacts, VideoMetadata } from '../../domain/media.ts';
import { publicUrl } from '../../domain/public-url.ts';
import { cleanTitle, titleFromFileName } from '../../domain/source-title.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { ArrivingMedia, OpenAudioOptions } from '../../ports/video-source.ts';
import { downloadAudio, fetchIndex, planAudio } from './audio-first-download.ts';
import type { HttpClient } from './http-client.ts';
import { isIsoMedia } from './media-type.ts';
import { fetchRange } from './remote-file.ts';
import type { RemoteFile } from './remote-file.ts';
import { downloadInOrder } from './sequential-download.ts';

/** Where containers that have no index in front keep what tells their duration. */
const TAIL_BYTES = 1024 ** 2;

/** Probes a sparse copy that holds the file's head, its index or else its tail, and nothing between. */
export const probeRemote = async (
  client: HttpClient,
  file: RemoteFile,
  { mediaTool, signal }: { mediaTool: MediaTool; signal: AbortSignal },
): Promise<MediaFacts | undefined> => {
  const { partial, totalBytes, sendsRanges } = file;
  const hasIndex = await fetchIndex(client, file, signal);
  if (!hasIndex && sendsRanges && totalBytes !== null) {
    await fetchRange(
      client,
      file,
      { start: Math.max(0, totalBytes - TAIL_BYTES), endExclusive: totalBytes },
      { signal },
    );
  }
  try {
    return await mediaTool.probe(partial.path, { signal });
  } catch (error) {
    // Without its end, such a file cannot be judged: it is not damaged, its facts come when it is there.
    const unfinished = !sendsRanges && isIsoMedia(await partial.read({ start: 0, endExclusive: 8 }));
    if (unfinished && ClipScribeError.is(error) && error.code === 'CorruptMedia') return undefined;
    throw error;
  }
};

export const describeRemote = (file: RemoteFile, facts: MediaFacts | undefined): VideoMetadata => ({
  id: null,
  title: facts?.title ? cleanTitle(facts.title) : titleFromFileName(file.fileName),
  url: publicUrl(file.url),
  channel: null,
  durationSeconds: facts?.durationSeconds ?? null,
  language: null,
  uploadedAt: null,
  chapters: [],
  thumbnailUrl: null,
  isLive: false,
  // Without a validator, nothing says that tomorrow's bytes are today's.
  fingerprint:
    file.validator === null ? null : sha256(JSON.stringify([file.url, file.validator, file.totalBytes])),
  ageLimit: null,
  ...(facts?.frameRate === undefined ? {} : { frameRate: facts.frameRate }),
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

type OpenOptions = OpenAudioOptions & { mediaTool: MediaTool; maxBytes: number };

/** Decides between the audio's own bytes and the whole file, and starts fetching. */
export const openMedia = async (
  client: HttpClient,
  file: RemoteFile,
  options: OpenOptions,
): Promise<ArrivingMedia> => {
  const { partial } = file;
  const end = async (): Promise<void> => {
    await client.close();
    await partial.close();
  };
  try {
    const plan = (await fetchIndex(client, file, options.signal))
      ? await planAudio(client, file, options)
      : undefined;
    if (plan === undefined) return growing(file, downloadInOrder(client, file, options).finally(end));
    await downloadAudio(client, file, plan, options);
    const availableBytes = partial.presentBytes;
    await end();
    const { path: filePath } = partial;
    return {
      kind: 'whole',
      filePath,
      completed: Promise.resolve({ filePath }),
      availableBytes: () => availableBytes,
    };
  } catch (error) {
    await partial.close();
    throw error;
  }
};

const growing = (file: RemoteFile, download: Promise<void>): ArrivingMedia => {
  const { path: filePath } = file.partial;
  const completed = download.then(() => ({ filePath }));
  // The caller may lose interest; its failure then is nobody's.
  completed.catch(() => undefined);
  return { kind: 'growing', filePath, completed, availableBytes: () => file.partial.contiguousEnd };
};
