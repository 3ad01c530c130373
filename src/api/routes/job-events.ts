import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { defineRoute } from '../define-route.ts';
import { isTerminal } from '../../domain/job.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { followUntilEnd } from '../follow-until-end.ts';
import { eventIdOf, runIdOf, statusIdOf, toldBefore, type Told } from '../jobs/event-id.ts';
import { jobParametersSchema, type JobStatus } from '../jobs/job-schemas.ts';
import { readJobStatus } from '../jobs/job-status.ts';
import { ownJobOf } from '../jobs/own-jobs-only.ts';
import { readLiveSegments } from '../jobs/live-segments.ts';
import { problemResponses } from '../problems.ts';

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/events',
  tags: ['Jobs'],
  summary: 'Follow a job',
  description: [
    'Server-sent events. `state`, `stage` and `progress` have a whole JobStatus as data, so that a listener that missed',
    'some has lost nothing. `segment` is the transcript as it comes into being, in order of time, `{jobId, start, end,',
    'text, language}`: before speakers are told apart, and before what the results may correct. A listener that',
    'reconnects with `Last-Event-ID`, to any instance of the API, is told what came since. The stream ends when the job',
    'has ended; then a listener that knows it gets 204.',
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
export const jobEventRoutes = (dependencies: ApiDependencies) =>
  [
    defineRoute(eventsRoute, async (context) => {
      const { id } = context.req.valid('param');
      const { memo } = await dependencies.jobs.describe(id);
      const told = toldBefore(context.req.valid('header')['last-event-id'], runIdOf(memo.operationId));
      const status = await readJobStatus(dependencies.jobs, id, ownJobOf(context));
      if (isTerminal(status.status) && told.status === statusIdOf(status)) return context.body(null, 204);
      return streamSSE(context, (stream) => new Listener(dependencies, stream, told).follow(status));
    }),
  ] as const;

type ListenerDependencies = Pick<ApiDependencies, 'jobs' | 'store' | 'watcher'>;

/** Tells one listener of a job to its end, and says so when nothing has happened for a while. */
class Listener {
  readonly #dependencies: ListenerDependencies;
  readonly #stream: SSEStreamingApi;
  #told: Told;
  #previous: JobStatus | undefined;
  /** One after the other, whatever the speed of the listener's connection. */
  #telling = Promise.resolve();

  constructor(dependencies: ListenerDependencies, stream: SSEStreamingApi, told: Told) {
    this.#dependencies = dependencies;
    this.#stream = stream;
    this.#told = told;
  }

  async follow(first: JobStatus): Promise<void> {
    this.#tell(first);
    if (!isTerminal(first.status))
      await followUntilEnd(this.#stream, this.#dependencies.watcher, first.jobId, (status) =>
        this.#tell(status),
      );
    await this.#telling;
  }

  #tell(status: JobStatus): void {
    this.#telling = this.#telling.then(async () => {
      if (this.#stream.aborted) return;
      // The end comes last: who knows it does not come back.
      if (isTerminal(status.status)) await this.#tellSegments(status);
      await this.#tellStatus(status);
      if (!isTerminal(status.status)) await this.#tellSegments(status);
    });
    // Who is cut off comes back, and goes on behind what was told.
    this.#telling.catch(() => this.#stream.abort());
  }

  async #tellStatus(status: JobStatus): Promise<void> {
    const id = statusIdOf(status);
    const names = eventNames(this.#previous, status);
    this.#previous = status;
    if (id === this.#told.status) return;
    this.#told = { ...this.#told, status: id };
    for (const event of names) await this.#write(event, status);
  }

  async #tellSegments(status: JobStatus): Promise<void> {
    const segments = readLiveSegments(this.#dependencies, status, this.#told.position);
    for await (const { segment, next } of segments) {
      if (this.#stream.aborted) return;
      this.#told = { ...this.#told, position: next };
      if (segment !== null) await this.#write('segment', segment);
    }
  }

  #write(event: string, data: object): Promise<void> {
    return this.#stream.writeSSE({ event, id: eventIdOf(this.#told), data: JSON.stringify(data) });
  }
}

/** What changed, by name. The first event of a stream tells the state and the stage. */
function eventNames(previous: JobStatus | undefined, status: JobStatus): string[] {
  const names: string[] = [];
  if (previous?.status !== status.status) names.push('state');
  if (previous?.stage !== status.stage) names.push('stage');
  return names.length === 0 ? ['progress'] : names;
}
