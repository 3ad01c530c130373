import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { downloadTaskSchema } from '../../domain/download-task.ts';
import { ClipScribeError, isErrorCode } from '../../domain/errors.ts';
import type { DownloadTasks } from '../../ports/download-tasks.ts';

export interface ApiAddress {
  /** Of the API. */
  address: string;
  /** Undefined where the API asks for none. */
  token: string | undefined;
  /** Names this worker to its user. */
  worker: string;
}

/** Longer than the API lets anybody wait. */
const ANSWER_TIMEOUT_MS = 60_000;

const uploadSchema = z.object({
  uploadId: z.string(),
  url: z.url(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
});
const problemSchema = z.object({
  code: z.string().optional(),
  detail: z.string().optional(),
  retryAfterSeconds: z.number().optional(),
});

/** The tasks of a user's download workers, over the REST API. */
export function createDownloadTasks({ address, token, worker }: ApiAddress): DownloadTasks {
  /** @returns what the API answers; undefined where that is nothing */
  const post = async (path: string, body: object, signal?: AbortSignal): Promise<unknown> => {
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      const answer = await fetch(new URL(path, address), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        // What comes from another address is not the API, and must not see the token.
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      if (!answer.ok) throw await problemOf(answer);
      return answer.status === 204 ? undefined : await answer.json();
    } catch (cause) {
      signal?.throwIfAborted();
      if (ClipScribeError.is(cause)) throw cause;
      const message = `The ClipScribe API at ${address} does not answer: check CLIPSCRIBE_API_URL, and that it runs.`;
      throw new ClipScribeError('ServiceUnavailable', message, { cause });
    }
  };

  return {
    next: async ({ signal }) => {
      const task = await post('/api/download-tasks/next', { worker }, signal);
      return task === undefined ? undefined : downloadTaskSchema.parse(task);
    },
    heartbeat: async (taskToken, progress) => {
      const answer = await post('/api/download-tasks/heartbeat', { taskToken, progress });
      return z.object({ cancelled: z.boolean() }).parse(answer);
    },
    end: async (taskToken, result) => {
      await post('/api/download-tasks/end', { taskToken, result });
    },
    upload: async (filePath, { signal }) => {
      const { size } = await stat(filePath);
      const asked = await post('/api/uploads', { fileName: basename(filePath), bytes: size }, signal);
      const { uploadId, url, method, headers } = uploadSchema.parse(asked);
      const sent = await fetch(url, {
        method,
        // With a length the body is not sent in chunks, which storages do not take.
        headers: { ...headers, 'content-length': String(size) },
        body: Readable.toWeb(createReadStream(filePath)) as ReadableStream,
        duplex: 'half',
        signal,
      }).catch((cause: unknown) => {
        signal.throwIfAborted();
        const message = `The download could not be sent to ${new URL(url).host}.`;
        throw new ClipScribeError('StorageUnavailable', message, { cause });
      });
      if (!sent.ok)
        throw new ClipScribeError(
          'StorageUnavailable',
          `The storage did not take the download (status ${sent.status}).`,
        );
      return uploadId;
    },
  };
}

async function problemOf(answer: Response): Promise<ClipScribeError> {
  const { data } = problemSchema.safeParse(await answer.json().catch(() => undefined));
  const code = isErrorCode(data?.code) ? data.code : 'ServiceUnavailable';
  const message = data?.detail ?? `The ClipScribe API answered with status ${answer.status}.`;
  return new ClipScribeError(code, message, {
    ...(data?.retryAfterSeconds !== undefined && { retryAfterSeconds: data.retryAfterSeconds }),
  });
}
