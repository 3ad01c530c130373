import type { ReelProposeInput, ReelProposeResult } from '../contracts/reel-propose.ts';
import { PROPOSAL_STAGES, type ProposalProgress } from '../domain/proposal.ts';
import { runRequiredStep } from './run-step.ts';
import { runToEnd } from './run-to-end.ts';
import { StepwiseJob } from './stepwise-job.ts';

/**
 * The moments of a completed video job that a reel could be made of (R10). The workflow id is `jobId`. Takes the
 * signals and answers the queries of every job.
 */
export async function reelPropose(input: ReelProposeInput): Promise<ReelProposeResult> {
  const facts: Pick<ProposalProgress, 'momentCount'> = { momentCount: null };
  const job = new StepwiseJob(PROPOSAL_STAGES, input, facts);
  return runToEnd(job, async () => {
    const { jobId, userId, sourceJobId } = input;
    const found = await runRequiredStep(job, {
      stage: 'propose',
      activity: 'proposeMoments',
      input: () => ({ userId, sourceJobId, settings: job.settings }),
      summary: `moments of ${sourceJobId}`,
    });
    job.title = found.title;
    job.facts.momentCount = found.momentCount;
    if (found.momentCount === 0)
      job.notices.push('There is no sentence in this video that a reel could show.');
    job.enter('publish');
    const { manifest } = await runRequiredStep(job, {
      stage: 'publish',
      activity: 'publishFiles',
      input: () => ({
        ...{ jobId, userId, files: found.files },
        ...{ stages: job.ledger.records(), parameters: { propose: job.settings } },
      }),
      summary: 'proposal.json and the manifest',
    });
    return { manifest, notices: job.notices };
  });
}
