import type { ReelProposeInput, ReelProposeResult } from '../contracts/reel-propose.ts';
import { ProposalJob } from './proposal-job.ts';
import { runRequiredStep } from './run-step.ts';
import { runToEnd } from './run-to-end.ts';

/**
 * The moments of a completed video job that a reel could be made of (R10). The workflow id is `jobId`. Takes the
 * signals and answers the queries of every job.
 */
export async function reelPropose(input: ReelProposeInput): Promise<ReelProposeResult> {
  const job = new ProposalJob(input);
  return runToEnd(job, () => propose(job));
}

async function propose(job: ProposalJob): Promise<ReelProposeResult> {
  const { jobId, userId, sourceJobId } = job.input;
  const found = await runRequiredStep(job, {
    stage: 'propose',
    activity: 'proposeMoments',
    input: () => ({ userId, sourceJobId, settings: job.settings }),
    summary: `moments of ${sourceJobId}`,
  });
  job.title = found.title;
  job.momentCount = found.momentCount;
  if (found.momentCount === 0) job.notices.push('There is no sentence in this video that a reel could show.');
  job.enter('publish');
  const { manifest } = await runRequiredStep(job, {
    stage: 'publish',
    activity: 'publishProposal',
    input: () => ({
      ...{ jobId, userId, settings: job.settings },
      ...{ proposal: found.proposal, stages: job.ledger.records() },
    }),
    summary: 'proposal.json and the manifest',
  });
  return { manifest, notices: job.notices };
}
