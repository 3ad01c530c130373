import { condition } from '@temporalio/workflow';
import { downloadQueue } from '../contracts/task-queues.ts';
import type { AcquireAudioResult } from '../contracts/video-source-steps.ts';
import type { HeardChunk, TranscribedChunk } from '../contracts/video-speech-steps.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { AudioChunk } from '../domain/audio-chunk.ts';
import {
  decodingLanguage,
  holdLanguage,
  type DecodingLanguage,
  type LanguageObservation,
} from '../domain/language.ts';
import { noticeOfEarlyEnd } from '../domain/media-check.ts';
import { routeFor } from '../domain/route.ts';
import { formatClock } from '../domain/time.ts';
import type { VideoJob } from './video-job.ts';
import { saltFor } from './redo-salt.ts';
import { runRequiredStep, runStep, SKIPPED } from './run-step.ts';
import { allOrCancel, withTaskGroup } from './task-group.ts';

export interface TranscribedAudio {
  chunks: TranscribedChunk[];
  /** The voices of every chunk with speech; null where the step was skipped or there is no encoder. */
  voices: HeardChunk[] | null;
  durationSeconds: number;
  hasAudio: boolean;
  /** Null when nobody speaks. */
  language: string | null;
}

type TranscribedChunks = Pick<TranscribedAudio, 'chunks' | 'voices' | 'language'>;

/** Audio arrives, is cut, and is transcribed, side by side: the first chunk does not wait for the last byte. */
export async function acquireAndTranscribe(
  job: VideoJob,
  metadata: ArtifactRef | null,
): Promise<TranscribedAudio> {
  const [acquired, transcribed] = await allOrCancel<[AcquireAudioResult, TranscribedChunks]>([
    () => acquire(job, metadata),
    () => transcribeArriving(job),
  ]);
  return { ...transcribed, durationSeconds: acquired.durationSeconds, hasAudio: acquired.hasAudio };
}

/**
 * Acquires on the queue of the route. When the media turns out to be for the other route (H2), the step ends
 * early and goes on there; chunks that are stored stay valid.
 */
async function acquire(job: VideoJob, metadata: ArtifactRef | null): Promise<AcquireAudioResult> {
  const { longRouteFromSeconds } = job.input.policy;
  job.hasScratch = true;
  for (;;) {
    const result = await runRequiredStep(job, {
      stage: 'acquire',
      activity: 'acquireAudio',
      input: () => ({
        jobId: job.input.jobId,
        source: job.mediaSource,
        metadata,
        stopFromSeconds: job.stopFromSeconds,
        longestVideo: job.longestVideo,
        salt: saltFor(job, 'acquire'),
      }),
      summary: `audio of ${job.title ?? 'the video'} · ${job.route} route`,
    });
    if (result.needsMedia) {
      await download(job);
      continue;
    }
    const earlyEnd = noticeOfEarlyEnd(job.durationSeconds, result.durationSeconds);
    job.learn({
      durationSeconds: result.durationSeconds,
      ...(result.complete ? {} : { route: routeFor(result.durationSeconds, longRouteFromSeconds) }),
    });
    if (result.complete) {
      if (result.hasAudio && earlyEnd !== undefined) job.notices.push(earlyEnd);
      // Signals are in the history before the activity's completion, so every chunk is here.
      job.audio.complete = true;
      job.publish();
      return result;
    }
  }
}

/** Has the user's download worker bring the sound, for as long as that takes (B2). */
async function download(job: VideoJob): Promise<void> {
  const { jobId, userId, source } = job.input;
  const { source: brought } = await runRequiredStep(job, {
    stage: 'acquire',
    activity: 'downloadAudio',
    input: () => ({ jobId, source }),
    summary: `${job.title ?? 'the video'}, downloaded by a machine of the user`,
    taskQueue: downloadQueue(userId),
  });
  job.brought = brought;
}

/** Transcribes chunks as they arrive, a bounded number at once, in the language that was chosen or is found. */
async function transcribeArriving(job: VideoJob): Promise<TranscribedChunks> {
  const speech = new HeardSpeech(job);
  await withTaskGroup(async (group) => {
    for (let index = 0; ; index += 1) {
      const chunk = await job.audio.chunk(index);
      if (chunk === undefined) return;
      if (index === 0) job.enter('transcribe');
      if (chunk.speechSeconds === 0) {
        job.live.add(chunk, null);
        countDone(job, chunk);
        continue;
      }
      // Until the language is known one chunk at a time is transcribed: it decides the language of the rest.
      await condition(() => group.size < limit(job) && (group.size === 0 || !speech.isDetecting));
      group.start(() => speech.hear(chunk));
    }
  });
  return speech.inOrder();
}

/** What is said in the chunks of a video, and by which voices. */
class HeardSpeech {
  readonly #job: VideoJob;
  readonly #observations: LanguageObservation[] = [];
  readonly #chunks: TranscribedChunk[] = [];
  /** Null once a chunk was left out: speakers of half a video are no result. */
  #voices: HeardChunk[] | null = [];

  constructor(job: VideoJob) {
    this.#job = job;
  }

  /** Whether the language is still to be found. */
  get isDetecting(): boolean {
    const { language, switching } = this.#decoding();
    return switching === 'evident' && language === undefined;
  }

  async hear(chunk: AudioChunk): Promise<void> {
    const job = this.#job;
    const { measure, transcript, language, languageProbability } = await runRequiredStep(job, {
      stage: 'transcribe',
      activity: 'transcribeChunk',
      input: () => ({ chunk, model: job.model, ...this.#decoding(), salt: saltFor(job, 'transcribe') }),
      summary: chunkSummary(job, chunk),
    });
    const { start, end, speechRegions, speechSeconds } = chunk;
    this.#observations.push({ language, probability: languageProbability, speechSeconds });
    this.#chunks.push({ start, end, transcript, speechRegions });
    job.live.add(chunk, transcript);
    job.counts.chunksCached += measure.cached ? 1 : 0;
    countDone(job, chunk);
    // Beside the transcription of other chunks, and never before words: people wait for those.
    const voices = this.#voices === null ? null : await listen(job, chunk, transcript);
    if (voices === null) this.#voices = null;
    else this.#voices?.push(voices);
  }

  inOrder(): TranscribedChunks {
    const byStart = (one: { start: number }, other: { start: number }): number => one.start - other.start;
    return {
      chunks: this.#chunks.toSorted(byStart),
      voices: this.#voices?.toSorted(byStart) ?? null,
      language: holdLanguage(this.#observations) ?? this.#observations[0]?.language ?? null,
    };
  }

  #decoding(): DecodingLanguage {
    return decodingLanguage(this.#job.settings.language, this.#observations);
  }
}

const NO_ENCODER =
  'Speakers are not told apart, because no speaker encoder is installed. Run `npm run setup`, then redo the job from the stage speakers.';

/** The voices of one chunk; null where skipped, or where nobody can listen. */
async function listen(job: VideoJob, chunk: AudioChunk, transcript: ArtifactRef): Promise<HeardChunk | null> {
  const result = await runStep(job, {
    stage: 'speakers',
    activity: 'embedSpeakers',
    input: () => ({ chunk, salt: saltFor(job, 'speakers') }),
    summary: `voices of ${chunkSummary(job, chunk)}`,
  });
  if (result === SKIPPED) return null;
  if (result.voices === null) {
    if (!job.notices.includes(NO_ENCODER)) job.notices.push(NO_ENCODER);
    return null;
  }
  return { start: chunk.start, voices: result.voices, transcript };
}

const limit = (job: VideoJob): number => job.settings.concurrency ?? job.input.policy.concurrency;

function countDone(job: VideoJob, chunk: AudioChunk): void {
  job.counts.chunksDone += 1;
  job.counts.transcribedSeconds += chunk.end - chunk.start;
  job.publish();
}

function chunkSummary(job: VideoJob, chunk: AudioChunk): string {
  const total = job.audio.complete ? String(job.audio.acquired().chunkCount) : '…';
  return `chunk ${chunk.index + 1}/${total} · ${formatClock(chunk.start)}–${formatClock(chunk.end)}`;
}
