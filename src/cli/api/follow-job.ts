import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { JobStatus } from '../../api/jobs/job-schemas.ts';
import type { BatchView } from '../../api/batches/batch-view.ts';
import { ERRORS, isErrorCode } from '../../domain/errors.ts';
import { isTerminal } from '../../domain/job.ts';
import { answerOf, ApiUnreachable, fetchFrom, type Api } from './api-client.ts';

/** For people who follow, when the connection breaks. */
export const API_AWAY = 'The API does not answer; it is asked until it does.';

const FIRST_RETRY_MS = 300;
const MAXIMUM_RETRY_MS = 5000;
/** The API sends something at least every 15 s; after this long the connection is dead. */
const SILENCE_MS = 45_000;

export interface FollowOptions {
  /** Gives the API to ask, anew after each broken connection. */
  currentApi: () => Promise<Api>;
  signal: AbortSignal;
  /** The connection broke, and is being made again. `isNew`: something has come since it broke before. */
  onReconnect: (isNew: boolean) => void;
}

/** What is followed, and how it is read where there is nothing new to tell. */
interface Followed<Status> {
  path: string;
  read: (api: Api) => Promise<Status>;
  hasEnded: (status: Status) => boolean;
}

/** Every status of a job that the API tells; see {@link follow}. */
export const followJob = (jobId: string, options: FollowOptions): AsyncGenerator<JobStatus, void> =>
  follow(
    {
      path: `/api/jobs/${encodeURIComponent(jobId)}/events`,
      read: (api) => readStatus(api, jobId),
      hasEnded: ({ status }) => isTerminal(status),
    },
    options,
  );

/** Every state of a batch that the API tells; see {@link follow}. */
export const followBatch = (batchId: string, options: FollowOptions): AsyncGenerator<BatchView, void> =>
  follow(
    {
      path: `/api/batches/${encodeURIComponent(batchId)}/events`,
      read: (api) => answerOf(api, api.client.api.batches[':id'].$get({ param: { id: batchId } })),
      hasEnded: ({ completedAt }) => completedAt !== null,
    },
    options,
  );

/**
 * Every status that the API tells, until the end. Goes on through broken connections and restarts of the API. Ends
 * early when the signal is aborted.
 */
async function* follow<Status>(
  followed: Followed<Status>,
  options: FollowOptions,
): AsyncGenerator<Status, void> {
  let lastEventId: string | undefined;
  let retryMs = FIRST_RETRY_MS;
  let isNew = true;
  while (!options.signal.aborted) {
    try {
      const api = await options.currentApi();
      for await (const event of readEvents(api, followed, lastEventId, options.signal)) {
        retryMs = FIRST_RETRY_MS;
        isNew = true;
        lastEventId = event.id;
        yield event.status;
        if (followed.hasEnded(event.status)) return;
      }
    } catch (error) {
      if (options.signal.aborted) return;
      if (!isPassing(error)) throw error;
      options.onReconnect(isNew);
      isNew = false;
    }
    await sleep(retryMs, undefined, { signal: options.signal }).catch(() => undefined);
    retryMs = Math.min(retryMs * 2, MAXIMUM_RETRY_MS);
  }
}

async function* readEvents<Status>(
  api: Api,
  { path, read }: Followed<Status>,
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ id: string | undefined; status: Status }> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(new SilentConnection()), SILENCE_MS);
  try {
    const response = await fetchFrom(api, path, {
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.body === null || response.status === 204) {
      yield { id: lastEventId, status: await read(api) };
      return;
    }
    const alive = new TransformStream<string, string>({
      transform(text, controller) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(new SilentConnection()), SILENCE_MS);
        controller.enqueue(text);
      },
    });
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(alive)
      .pipeThrough(new EventSourceParserStream());
    for await (const event of events) {
      if (event.event === 'segment') continue;
      yield { id: event.id, status: JSON.parse(event.data) as Status };
    }
  } finally {
    clearTimeout(timer);
  }
}

class SilentConnection extends Error {}

/** How far a job is. */
export const readStatus = (api: Api, jobId: string): Promise<JobStatus> =>
  answerOf(api, api.client.api.jobs[':id'].status.$get({ param: { id: jobId } }));

/** Broken connections, and what the API answers while it, Temporal or the database is away for a while. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiUnreachable || error instanceof SilentConnection || error instanceof TypeError)
    return true;
  const { code } = error as { code?: unknown };
  return isErrorCode(code) && ERRORS[code].retry === 'automatic';
}
