import { continueAsNew, isCancellation } from '@temporalio/workflow';
import type { VideoJobInput, VideoJobResult } from '../contracts/video-intelligence.ts';
import { routeQueue } from '../contracts/task-queues.ts';
import { findSpeech, openFoundSpeech } from './find-speech.ts';
import { VideoJob } from './video-job.ts';
import { indexTranscript } from './index-transcript.ts';
import { jobErrorOf } from './job-failure.ts';
import { recordOutcome } from './record-outcome.ts';
import { removeScratch } from './remove-scratch.ts';
import { reopen, settleBeside, settlesBeside } from './settle.ts';
import { writeResults } from './write-results.ts';

/**
 * A video to a transcript, entities, a graph, a report and subtitles (H4). The workflow id is the job id.
 *
 * Holds decisions only: data travels through the artifact store. Answers the queries `progress`, `acquired`
 * and `input`, takes the signals of SIGNALS, and ends completed, failed with an ApplicationFailure whose type
 * is an error code, or cancelled.
 */
export async function videoIntelligence(input: VideoJobInput): Promise<VideoJobResult> {
  const job = new VideoJob(input);
  if (!input.amend) void job.announcer.announce('job.started');
  let result: VideoJobResult;
  let seen: number;
  try {
    ({ result, amendments: seen } = await runJob(job));
    job.end('completed');
  } catch (error) {
    if (isCancellation(error)) job.end('cancelled');
    else job.end('failed', jobErrorOf(error, job.progress().stage));
    throw error;
  } finally {
    await announceEnd(job);
    await settleBeside(job, async () => {
      // Where nothing is left, no host of the route is to be started for it.
      if (job.hasScratch || !settlesBeside()) await removeScratch(job, routeQueue(job.route));
      await recordOutcome(job, job.brought ?? job.input.source);
      await indexTranscript(job);
    });
  }
  // Corrections that came while it cleaned up: nobody else knows of them.
  if (job.amendments > seen && (await reopen(job))) {
    // The next run knows nothing of a stop that this one was told of.
    await job.whenNotPaused();
    await continueAsNew<typeof videoIntelligence>({ ...job.currentInput(), amend: true });
  }
  return result;
}

/** Somebody may correct the results while they are written: then they are written once more. */
async function runJob(job: VideoJob): Promise<{ result: VideoJobResult; amendments: number }> {
  const { amend, redo } = job.input;
  const found = amend || redo?.fromGround ? await openFoundSpeech(job) : await findSpeech(job);
  const noticeCount = job.notices.length;
  for (;;) {
    const { amendments } = job;
    job.notices.splice(noticeCount);
    const result = await writeResults(job, found);
    if (job.amendments === amendments) return { result, amendments };
  }
}

/** Whoever corrects a job waits for it anyway. */
async function announceEnd(job: VideoJob): Promise<void> {
  if (job.state === 'completed' && job.input.amend) return;
  await job.announcer.announceEnd();
}
