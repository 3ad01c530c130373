import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { spaceBetween } from '../../domain/subtitle-tokens.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { JobStatus } from '../jobs/job-schemas.ts';
import { readLiveSegments, type LivePosition } from '../jobs/live-segments.ts';
import { keptAlive } from '../keep-alive.ts';
import { openAiError } from '../openai-errors.ts';
import { problemOf } from '../problems.ts';
import { untilCompleted } from './await-job.ts';
import { findTranscription } from './find-transcription.ts';
import { diarizedAnswer, textOf } from './transcription-answer.ts';
import type { TranscriptionFields } from './transcription-request.ts';

interface Streamed {
  jobId: string;
  userId: string;
  format: TranscriptionFields['response_format'];
}

/**
 * Answers with the events that OpenAI's API streams. The status is out before the job ends, so an error is an event,
 * too. A client that leaves changes nothing: the job goes on.
 */
export const streamTranscription = (
  dependencies: ApiDependencies,
  context: Context,
  streamed: Streamed,
): Response =>
  streamSSE(context, (stream) =>
    keptAlive(stream, async () => {
      try {
        await new Teller(dependencies, stream).tell(streamed);
      } catch (error) {
        const problem = problemOf(error, dependencies.reportUnexpected);
        await stream.writeSSE({ event: 'error', data: JSON.stringify(openAiError(problem)) });
      }
    }),
  );

/** Tells one client of a job to its end. */
class Teller {
  readonly #dependencies: ApiDependencies;
  readonly #stream: SSEStreamingApi;
  #position: LivePosition = { chunk: 0, segment: 0 };
  #text = '';

  constructor(dependencies: ApiDependencies, stream: SSEStreamingApi) {
    this.#dependencies = dependencies;
    this.#stream = stream;
  }

  async tell({ jobId, userId, format }: Streamed): Promise<void> {
    const clientGone = new AbortController();
    this.#stream.onAbort(() => clientGone.abort());
    const completed = await untilCompleted(this.#dependencies, jobId, clientGone.signal, (status) =>
      this.#tellNew(status),
    );
    if (!completed) return;
    const transcript = await (await findTranscription(this.#dependencies, { jobId, userId })).transcript();
    const text = textOf(transcript);
    // A job that was done before has nothing live to tell, and a client that reads deltas only wants all of it.
    if (text.startsWith(this.#text)) await this.#tellDelta(text.slice(this.#text.length));
    if (format === 'diarized_json')
      for (const segment of diarizedAnswer(transcript).segments) await this.#write(segment);
    await this.#write({ type: 'transcript.text.done', text });
  }

  async #tellNew(status: JobStatus): Promise<void> {
    for await (const { segment, next } of readLiveSegments(this.#dependencies, status, this.#position)) {
      if (this.#stream.aborted) return;
      this.#position = next;
      if (segment !== null) await this.#tellDelta(this.#spaceBefore(segment.text) + segment.text);
    }
  }

  /** As the whole text is joined in the end: its beginning has to be what was told. */
  #spaceBefore(text: string): string {
    return this.#text !== '' && spaceBetween(this.#text, text) ? ' ' : '';
  }

  async #tellDelta(delta: string): Promise<void> {
    if (delta === '') return;
    this.#text += delta;
    await this.#write({ type: 'transcript.text.delta', delta });
  }

  #write(event: object): Promise<void> {
    return this.#stream.writeSSE({ data: JSON.stringify(event) });
  }
}
