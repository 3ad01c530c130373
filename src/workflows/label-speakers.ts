import type { HeardChunk, MergeTranscriptResult } from '../contracts/video-speech-steps.ts';
import type { FoundSpeech } from '../contracts/video-correction-steps.ts';
import type { VideoJob } from './video-job.ts';
import { saltFor } from './redo-salt.ts';
import { runStep, SKIPPED } from './run-step.ts';

/** Who says what, over the whole video; the transcript as it is where the step was skipped. */
export async function labelSpeakers(
  job: VideoJob,
  merged: MergeTranscriptResult,
  voices: HeardChunk[] | null,
): Promise<Pick<FoundSpeech, 'transcript' | 'segmentCount' | 'diarization'>> {
  job.enter('speakers');
  const unlabelled = { ...merged, diarization: null };
  if (voices === null) return unlabelled;
  const result = await runStep(job, {
    stage: 'speakers',
    activity: 'labelSpeakers',
    input: () => ({
      transcript: merged.transcript,
      chunks: voices,
      count: job.settings.speakers ?? {},
      salt: saltFor(job, 'speakers'),
    }),
    summary: `speakers over ${voices.length} chunks`,
  });
  if (result === SKIPPED) return unlabelled;
  const { exactly: wanted = 0 } = job.settings.speakers ?? {};
  if (voices.length > 0 && result.speakerCount < wanted)
    job.notices.push(`Of ${wanted} speakers only ${result.speakerCount} could be told apart.`);
  return result;
}
