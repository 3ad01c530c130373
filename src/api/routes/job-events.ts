import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { defineRoute } from '../define-route.ts';
import { isTerminal } from '../../domain/job.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jobParametersSchema, type JobStatus } from '../jobs/job-schemas.ts';
import { readJobStatus } from '../jobs/job-status.ts';
import type { JobWatcher } from '../jobs/job-watcher.ts';
import { problemResponses } from '../problems.ts';

const KEEP_ALIVE_MS = 15_000;

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/events',
  tags: ['Jobs'],
  summary: 'Follow a job',
  description: [
    'Server-sent events `state`, `stage` and `progress`. The data of each is a whole JobStatus, so that a',
    'listener that missed some has lost nothing. The stream ends when the job has ended; a listener that',
    'reconnects then with the last event id gets 204.',
  ].join('\n'),
  request: {
    params: jobParametersSchema,
    headers: z.object({ 'last-event-id': z.string().max(100).optional() }),
  },
  responses: {
    200: { description: 'The events', content: { 'text/event-stream': { schema: z.string() } } },
    204: { description: 'The job has ended and the listener knows it' },
    ...problemResponses(404),
  },
});

/** Live progress. */
export const jobEventRoutes = ({ jobs, watcher }: ApiDependencies) =>
  [
    defineRoute(eventsRoute, async (context) => {
      const { id } = context.req.valid('param');
      const lastEventId = context.req.valid('header')['last-event-id'];
      const status = await readJobStatus(jobs, id);
      if (isTerminal(status.status) && lastEventId === eventId(status)) return context.body(null, 204);
      return streamSSE(context, (stream) => follow(stream, watcher, { first: status, lastEventId }));
    }),
  ] as const;

/** Writes a status whenever it has changed, and a comment when nothing has for a while. */
async function follow(
  stream: SSEStreamingApi,
  watcher: JobWatcher,
  { first, lastEventId }: { first: JobStatus; lastEventId: string | undefined },
): Promise<void> {
  let previous: JobStatus | undefined;
  let previousId = lastEventId;
  // One after the other, whatever the speed of the listener's connection.
  let writing = Promise.resolve();
  const send = (status: JobStatus): void => {
    const id = eventId(status);
    if (id !== previousId) {
      const names = eventNames(previous, status);
      const data = JSON.stringify(status);
      for (const event of names) writing = writing.then(() => stream.writeSSE({ event, id, data }));
    }
    previous = status;
    previousId = id;
  };
  send(first);
  if (!isTerminal(first.status)) await untilEnd(stream, watcher, first.jobId, send);
  await writing;
}

/** Resolves when the job has ended or the listener is gone. */
async function untilEnd(
  stream: SSEStreamingApi,
  watcher: JobWatcher,
  jobId: string,
  send: (status: JobStatus) => void,
): Promise<void> {
  const keepAlive = setInterval(() => void stream.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.onAbort(resolve);
  const stop = watcher.watch(jobId, (end, status) => {
    if (status !== undefined) send(status);
    if (end) resolve();
  });
  await promise;
  stop();
  clearInterval(keepAlive);
}

/** What changed, by name. The first event of a stream tells the state and the stage. */
function eventNames(previous: JobStatus | undefined, status: JobStatus): string[] {
  const names: string[] = [];
  if (previous?.status !== status.status) names.push('state');
  if (previous?.stage !== status.stage) names.push('stage');
  return names.length === 0 ? ['progress'] : names;
}

/** The same for the same status, from whichever instance of the API. The estimate changes with the clock alone. */
function eventId(status: JobStatus): string {
  const lasting = JSON.stringify({ ...status, estimatedCompletion: null });
  return createHash('sha256').update(lasting).digest('base64url').slice(0, 16);
}
