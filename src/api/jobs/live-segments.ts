import { z } from '@hono/zod-openapi';
import type { LiveChunk } from '../../contracts/video-intelligence.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { chunkTranscriptSchema } from '../../domain/transcript.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { JobStatus } from './job-schemas.ts';
import type { JobsClient } from './jobs-client.ts';

/** The data of a `segment` event. */
export const liveSegmentSchema = z
  .object({
    jobId: z.string(),
    start: z.number().meta({ description: 'Seconds of the video.' }),
    end: z.number(),
    text: z.string(),
    language: z.string(),
  })
  .meta({ id: 'LiveSegment' });
export type LiveSegment = z.infer<typeof liveSegmentSchema>;

/** The segment that comes next: which of which chunk. */
export interface LivePosition {
  chunk: number;
  segment: number;
}

interface Stores {
  jobs: JobsClient;
  store: ArtifactStore;
}

/** A segment with the position behind it; the end of a chunk comes without one. */
type LiveStep = { segment: LiveSegment | null; next: LivePosition };

/**
 * Segments in order of time that a status tells of, from a position on, as far as chunks are done without a gap. Empty
 * for jobs without a transcript, and while no worker answers. What cannot be read now is read with the next status.
 */
export async function* readLiveSegments(
  stores: Stores,
  status: JobStatus,
  from: LivePosition,
): AsyncGenerator<LiveStep, void> {
  const hasMore = 'chunksDone' in status && status.chunksDone > from.chunk;
  if (!hasMore) return;
  try {
    yield* segmentsFrom(stores, status.jobId, from);
  } catch (error) {
    if (!ClipScribeError.is(error)) throw error;
  }
}

async function* segmentsFrom(
  { jobs, store }: Stores,
  jobId: string,
  from: LivePosition,
): AsyncGenerator<LiveStep, void> {
  let { chunk: wanted, segment: skipped } = from;
  for (;;) {
    const chunks = await jobs.liveTranscript(jobId, wanted);
    if (chunks.length === 0) return;
    for (const chunk of chunks) {
      const segments = await segmentsOf(store, jobId, chunk);
      for (let index = skipped; index < segments.length; index += 1)
        yield { segment: segments[index] ?? null, next: { chunk: wanted, segment: index + 1 } };
      [wanted, skipped] = [wanted + 1, 0];
      yield { segment: null, next: { chunk: wanted, segment: 0 } };
    }
  }
}

async function segmentsOf(
  store: ArtifactStore,
  jobId: string,
  { start, transcript }: LiveChunk,
): Promise<LiveSegment[]> {
  if (transcript === null) return [];
  const bytes = await store.read(transcript);
  const heard = chunkTranscriptSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return heard.segments.map((segment) => ({
    jobId,
    start: start + segment.start,
    end: start + segment.end,
    text: segment.text,
    language: segment.language ?? heard.language,
  }));
}
