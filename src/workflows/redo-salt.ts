import { STAGES, type StageName } from '../domain/job.ts';
import type { VideoJob } from './video-job.ts';

/** The part of a stage's cache key that makes work new from the stage on where the user asked for it. */
export function saltFor(job: VideoJob, stage: StageName): string {
  const { redo } = job.input;
  return redo !== null && STAGES.indexOf(stage) >= STAGES.indexOf(redo.from) ? redo.nonce : '';
}
