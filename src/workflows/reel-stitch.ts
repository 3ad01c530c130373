import { condition, patched } from '@temporalio/workflow';
import type { EncodePartResult, JoinedPart } from '../contracts/reel-activities.ts';
import type { ReelStitchInput, ReelStitchResult } from '../contracts/reel-stitch.ts';
import { planReel, type ReelPlan } from '../domain/reel-plan.ts';
import { secondsOf, type ReelPart } from '../domain/reel-part.ts';
import { formatClock } from '../domain/time.ts';
import { recordOutcome } from './record-outcome.ts';
import {
  aboutClip,
  aboutFade,
  acquireClips,
  mendBy,
  onItsHosts,
  requireEnough,
  type UsableClip,
} from './reel-clips.ts';
import { ReelJob } from './reel-job.ts';
import { removeScratch } from './remove-scratch.ts';
import { runRequiredStep, runStep, SKIPPED } from './run-step.ts';
import { runToEnd } from './run-to-end.ts';
import { withTaskGroup } from './task-group.ts';

/**
 * Clips to one video (R1). The workflow id is the job id.
 *
 * Clips that agree with one another are copied; of the others every picture is encoded once, in steps of their own
 * that any worker of the queue may take. Answers the queries and takes the signals of every job, and ends
 * completed, failed with an ApplicationFailure whose type is an error code, or cancelled.
 */
export async function reelStitch(input: ReelStitchInput): Promise<ReelStitchResult> {
  const job = new ReelJob(input);
  return runToEnd(
    job,
    () => stitch(job),
    async () => {
      await removeScratch(job, job.taskQueue);
      await recordOutcome(job, null);
    },
  );
}

async function stitch(job: ReelJob): Promise<ReelStitchResult> {
  // Cheaper to say than to download.
  requireEnough(job.input.clips);
  await onItsHosts(job, () => checkOutput(job));
  const usable = await onItsHosts(job, () => acquireClips(job));
  const { clips, plan, parts } = await onItsHosts(job, () => encodeUsable(job, usable));
  job.enter('join');
  const { jobId, userId, projectId, output } = job.input;
  const common = { jobId, userId, format: plan.format, settings: job.settings, clips: acquired(clips) };
  const { reel, durationSeconds } = await onItsHosts(job, () =>
    runRequiredStep(job, {
      stage: 'join',
      activity: 'joinReel',
      input: () => ({ ...common, parts }),
      summary: `${parts.length} parts · ${formatClock(plan.durationSeconds)}`,
      mend: mendBy(job),
    }),
  );
  job.durationSeconds = durationSeconds;
  job.enter('publish');
  const { manifest } = await onItsHosts(job, () =>
    runRequiredStep(job, {
      stage: 'publish',
      activity: 'publishReel',
      input: () => ({
        ...common,
        ...{ projectId, reel, durationSeconds, parts: plan.parts, output },
        notices: job.notices,
        stages: job.ledger.records(),
      }),
      summary: 'the reel, its subtitles and the manifest',
      mend: mendBy(job),
    }),
  );
  return { reel, manifest, durationSeconds, notices: job.notices };
}

/** What cannot be put where it is to go is said before the work, not after it. */
async function checkOutput(job: ReelJob): Promise<void> {
  const { output } = job.input;
  if (output === null || !patched('check-output')) return;
  await runRequiredStep(job, {
    stage: 'initialize',
    activity: 'checkOutput',
    input: () => ({ output }),
    summary: 'whether the reel can go where it is to go',
    mend: mendBy(job),
  });
}

interface Encoded {
  clips: UsableClip[];
  plan: ReelPlan;
  parts: JoinedPart[];
}

/** Encodes what cannot be copied. A clip that shows only now that it is damaged is left out, and the rest replanned. */
async function encodeUsable(job: ReelJob, usable: UsableClip[]): Promise<Encoded> {
  let clips = usable;
  for (;;) {
    requireEnough(clips);
    const plan = planReel(clips, job.settings);
    job.durationSeconds = plan.durationSeconds;
    job.counts.secondsToEncode = encodedSeconds(plan);
    job.counts.secondsEncoded = 0;
    job.enter('encode');
    const { parts, damaged, cut } = await encodeParts(job, plan, clips);
    if (damaged.size + cut.size === 0) return { clips, plan, parts };
    clips = clips
      .filter(({ index }) => !damaged.has(index))
      .map((clip) => (cut.has(clip.index) ? { ...clip, endsByCut: true } : clip));
  }
}

async function encodeParts(
  job: ReelJob,
  plan: ReelPlan,
  clips: readonly UsableClip[],
): Promise<{ parts: JoinedPart[]; damaged: Set<number>; cut: Set<number> }> {
  const { jobId, userId, policy } = job.input;
  const { format } = plan;
  const results = new Map<number, EncodePartResult>();
  const damaged = new Set<number>();
  /** Clips that do not fade into the next one. */
  const cut = new Set<number>();
  await withTaskGroup(async (group) => {
    for (const [position, part] of plan.parts.entries()) {
      if (part.kind === 'copy' && plan.copiesSound) continue;
      await condition(() => group.size < policy.concurrency);
      group.start(async () => {
        const needed = clips.filter(({ index }) => clipsOf(part).includes(index));
        // Parts of one clip are many; it is left out once.
        if (needed.some(({ index }) => damaged.has(index))) return;
        const step = () =>
          runStep(job, {
            stage: 'encode',
            activity: 'encodePart',
            input: () => ({ jobId, userId, part, format, settings: job.settings, clips: acquired(needed) }),
            summary: `part ${position + 1}/${plan.parts.length} · ${part.kind} · ${secondsOf(part.frames, format).toFixed(1)} s`,
            mend: mendBy(job),
          });
        const result = await resultOf(job, part, step);
        if (result === null) {
          if (part.kind === 'transition') cut.add(part.from.clip);
          else clipsOf(part).forEach((index) => damaged.add(index));
          return;
        }
        results.set(position, result);
        result.notices.forEach((notice) => job.notice(notice));
        job.encoded(part.kind === 'copy' ? 0 : secondsOf(part.frames, format), result.measure.cached);
      });
    }
  });
  const parts = plan.parts.map((part, position) => {
    const result = results.get(position);
    return { part, video: result?.video ?? null, audio: result?.audio ?? null };
  });
  return { parts, damaged, cut };
}

/** Null where the clip that it shows is left out, or two clips do not fade into one another. */
async function resultOf(
  job: ReelJob,
  part: ReelPart,
  step: () => Promise<EncodePartResult | typeof SKIPPED>,
): Promise<EncodePartResult | null> {
  if (part.kind === 'transition') return aboutFade(job, [part.from.clip, part.into.clip], step);
  if (part.kind !== 'card') return aboutClip(job, part.stretch.clip, step);
  const result = await step();
  return result === SKIPPED ? null : result;
}

/** The clips that a part is made of. */
function clipsOf(part: ReelPart): number[] {
  if (part.kind === 'card') return [];
  return part.kind === 'transition' ? [part.from.clip, part.into.clip] : [part.stretch.clip];
}

const encodedSeconds = ({ parts, format }: ReelPlan): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'copy' ? 0 : secondsOf(part.frames, format)), 0);

const acquired = (clips: readonly UsableClip[]) =>
  clips.map(({ index, clip, facts, fingerprint }) => ({ index, clip, facts, fingerprint }));
