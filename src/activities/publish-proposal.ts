import type { ProposalActivities } from '../contracts/reel-propose.ts';
import { buildManifest } from '../domain/manifest.ts';
import { PROPOSAL_FILE, proposalSchema } from '../domain/proposal.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson } from './stage-cache.ts';

/** See {@link ProposalActivities.publishProposal}. The manifest comes last: where it is, what it lists is. */
export const createPublishProposal =
  ({ store }: { store: ArtifactStore }): ProposalActivities['publishProposal'] =>
  ({ jobId, userId, settings, proposal, stages }) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(async () => {
        const place = (name: string, content: unknown) =>
          store.put(`results/${userId}/${jobId}/${name}`, JSON.stringify(content, null, 2));
        // People edit this file: it is written to be read.
        const file = await place(PROPOSAL_FILE, await readJson(store, proposal, proposalSchema));
        const manifest = buildManifest({
          jobId,
          completedAt: new Date().toISOString(),
          files: [{ name: PROPOSAL_FILE, artifact: file }],
          stages,
          parameters: { propose: settings },
        });
        return { manifest: await place('manifest.json', manifest), cached: false };
      });
      return { manifest: result.manifest, measure };
    });
