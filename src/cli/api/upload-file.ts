import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { Readable } from 'node:stream';
import { CliError } from '../cli-error.ts';
import { answerOf, type Api } from './api-client.ts';

/** What containers are sent as; anything else goes as bytes of an unknown type. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.m4a': 'audio/mp4',
  '.mkv': 'video/x-matroska',
  '.mov': 'video/quicktime',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.wav': 'audio/wav',
  '.webm': 'video/webm',
};

/** Told as bytes leave: how many of how many. */
export type OnUploadProgress = (sentBytes: number, totalBytes: number) => void;

/**
 * Sends a file to where the API says: to the storage itself, or to the API. The token of the API is not sent along.
 *
 * @returns the uploadId, for a submission
 * @throws CliError when the API or the storage refuses it
 */
export async function uploadFile(api: Api, path: string, onProgress: OnUploadProgress): Promise<string> {
  const { size } = await stat(path);
  if (size === 0)
    throw new CliError(`${basename(path)} is empty.`, {
      code: 'EmptyFile',
      fix: 'Check that it was copied whole.',
    });
  const { uploadId, url, method, headers } = await answerOf(
    api,
    api.client.api.uploads.$post({
      json: {
        fileName: basename(path),
        bytes: size,
        contentType: CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
      },
      header: {},
    }),
  );
  try {
    await send(path, { url, method, headers, size }, onProgress);
  } catch (error) {
    await takeBack(api, [uploadId]);
    throw error;
  }
  return uploadId;
}

async function send(
  path: string,
  {
    url,
    method,
    headers,
    size,
  }: { url: string; method: string; headers: Record<string, string>; size: number },
  onProgress: OnUploadProgress,
): Promise<void> {
  let sent = 0;
  const file = createReadStream(path).on('data', (chunk) => onProgress((sent += chunk.length), size));
  const answer = await fetch(url, {
    method,
    // With a length the body is not sent in chunks, which storages do not take.
    headers: { ...headers, 'content-length': String(size) },
    body: Readable.toWeb(file) as ReadableStream,
    duplex: 'half',
  }).catch((cause: unknown) => {
    throw new CliError(`${basename(path)} could not be sent to ${new URL(url).host}.`, {
      code: 'NetworkFailure',
      fix: 'Check that this address is reachable from here, then try again.',
      cause,
    });
  });
  if (!answer.ok) {
    throw new CliError(`The storage did not take ${basename(path)} (status ${answer.status}).`, {
      fix: 'Try again; if it keeps failing, whoever runs the API should run `npx clipscribe doctor` there.',
    });
  }
}

/**
 * Removes uploads that nothing will use, so that they count for nothing. Those that a job has taken stay; where the API
 * does not answer, all do.
 */
export async function takeBack(api: Api, uploadIds: readonly string[]): Promise<void> {
  await Promise.allSettled(uploadIds.map((id) => api.client.api.uploads[':id'].$delete({ param: { id } })));
}
