import type { ProposedMoments, ReelProposeInput, ReelProposeResult } from '../contracts/reel-propose.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import {
  askedModel,
  OPTIONAL_PROPOSAL_STAGES,
  PROPOSAL_STAGES,
  type ProposalProgress,
  type ProposalSettings,
  type ProposalStage,
} from '../domain/proposal.ts';
import { runRequiredStep, runStep, SKIPPED } from './run-step.ts';
import { runToEnd } from './run-to-end.ts';
import { StepwiseJob } from './stepwise-job.ts';

type Facts = Pick<ProposalProgress, 'momentCount'>;
type ProposalJob = StepwiseJob<ProposalStage, ProposalSettings, Facts>;

/**
 * The moments of a completed video job that a reel could be made of (R10). The workflow id is `jobId`. Takes the
 * signals and answers the queries of every job.
 */
export async function reelPropose(input: ReelProposeInput): Promise<ReelProposeResult> {
  const facts: Facts = { momentCount: null };
  const job = new StepwiseJob(PROPOSAL_STAGES, input, facts, OPTIONAL_PROPOSAL_STAGES);
  return runToEnd(job, async () => {
    const { jobId, userId, sourceJobId } = input;
    const found = await runRequiredStep(job, {
      stage: 'propose',
      activity: 'proposeMoments',
      input: () => ({ userId, sourceJobId, settings: job.settings }),
      summary: `moments of ${sourceJobId}`,
    });
    job.title = found.title;
    job.notices.push(...(found.notices ?? []));
    const { files, momentCount } = (await chooseByModel(job, input, found.windowCount ?? 0)) ?? found;
    job.facts.momentCount = momentCount;
    if (momentCount === 0) job.notices.push('There is no sentence in this video that a reel could show.');
    job.enter('publish');
    const { manifest } = await runRequiredStep(job, {
      stage: 'publish',
      activity: 'publishFiles',
      input: () => ({
        ...{ jobId, userId, files },
        ...{ stages: job.ledger.records(), parameters: { propose: job.settings } },
      }),
      summary: 'proposal.json and the manifest',
    });
    return { manifest, notices: job.notices };
  });
}

/**
 * The choice of the language model: window by window, so that a ceiling or a stop takes effect between two questions,
 * and what is paid for is kept. Null where the moments of the local score stay.
 */
async function chooseByModel(
  job: ProposalJob,
  { userId, sourceJobId }: ReelProposeInput,
  windowCount: number,
): Promise<ProposedMoments | null> {
  if (askedModel(job.settings) === undefined || windowCount === 0) return null;
  job.enter('choose');
  const choices: (ArtifactRef | null)[] = [];
  for (let window = 0; window < windowCount; window += 1) {
    const chosen = await runStep(job, {
      stage: 'choose',
      activity: 'chooseMoments',
      input: () => ({ userId, sourceJobId, settings: job.settings, window }),
      summary: `part ${window + 1}/${windowCount}`,
    });
    if (chosen === SKIPPED) return null;
    choices.push(chosen.choice);
    job.notices.push(...chosen.notices);
  }
  const ranked = await runStep(job, {
    stage: 'choose',
    activity: 'rankMoments',
    input: () => ({ userId, sourceJobId, settings: job.settings, choices }),
    summary: `the best of ${windowCount} parts`,
  });
  if (ranked === SKIPPED) return null;
  job.notices.push(...ranked.notices);
  return ranked.proposed;
}
