import type { FoundSpeech } from '../contracts/video-correction-steps.ts';
import { artifactKey } from '../domain/artifact.ts';
import { acquireAndTranscribe, type TranscribedAudio } from './acquire-and-transcribe.ts';
import { fetchMetadata } from './fetch-metadata.ts';
import { labelSpeakers } from './label-speakers.ts';
import { saltFor } from './redo-salt.ts';
import { runRequiredStep } from './run-step.ts';
import type { VideoJob } from './video-job.ts';

/** Words and speakers of a video, kept so that results can be written anew without the video. */
export async function findSpeech(job: VideoJob): Promise<FoundSpeech> {
  const metadata = (await fetchMetadata(job))?.metadata ?? null;
  job.enter('acquire');
  const audio = await acquireAndTranscribe(job, metadata);
  noteWhatIsMissing(job, audio);
  job.enter('merge');
  const merged = await runRequiredStep(job, {
    stage: 'merge',
    activity: 'mergeTranscript',
    input: () => ({
      durationSeconds: audio.durationSeconds,
      language: audio.language ?? 'und',
      chunks: audio.chunks,
      salt: saltFor(job, 'merge'),
    }),
    summary: `${audio.chunks.length} chunks on one clock`,
  });
  const { transcript, segmentCount, diarization } = await labelSpeakers(job, merged, audio.voices);
  const { durationSeconds } = audio;
  const found: FoundSpeech = {
    ...{ transcript, segmentCount, diarization, metadata, durationSeconds },
    fingerprint: transcript.sha256,
    spokenChunks: job.audio
      .spoken()
      .map(({ start, audio: sound }) => ({ start, audioKey: artifactKey(sound) })),
  };
  const { jobId, userId } = job.input;
  job.enter('corrections');
  await runRequiredStep(job, {
    stage: 'corrections',
    activity: 'keepGround',
    input: () => ({
      ...{ jobId, userId, found },
      settings: job.settings,
      route: job.route,
      notices: job.notices,
      stages: job.ledger.records(),
    }),
    summary: 'what was found, for corrections',
  });
  return found;
}

/** What an earlier run of the job has found: nothing is acquired, transcribed or listened to. */
export async function openFoundSpeech(job: VideoJob): Promise<FoundSpeech> {
  const { jobId, userId } = job.input;
  job.enter('corrections');
  const { found, title, route, notices, stages } = await runRequiredStep(job, {
    stage: 'corrections',
    activity: 'openGround',
    input: () => ({ jobId, userId }),
    summary: 'what was found before',
  });
  job.learn({ ...(title === null ? {} : { title }), durationSeconds: found.durationSeconds, route });
  job.notices.push(...notices);
  job.ledger.takeOver(stages);
  return found;
}

/** Nobody speaking is a result, not a failure. */
function noteWhatIsMissing(job: VideoJob, audio: TranscribedAudio): void {
  if (!audio.hasAudio) job.notices.push('This video has no audio track, so there is nothing to transcribe.');
  else if (audio.chunks.length === 0) job.notices.push('No speech was found in this video.');
}
