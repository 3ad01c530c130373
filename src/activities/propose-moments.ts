import type { ProposalActivities } from '../contracts/reel-propose.ts';
import type { MomentMaterial } from '../domain/moment-features.ts';
import { momentWindows } from '../domain/moment-windows.ts';
import { momentsWithin } from '../domain/moments.ts';
import { askedModel, LOCAL_SCORE, PROPOSAL_FILE, proposalSchema } from '../domain/proposal.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { findSources, readMaterial, type ProposalMaterial } from './proposal-sources.ts';
import { readJson, type StageCache } from './stage-cache.ts';
import { storeFiles } from './store-files.ts';

export interface ProposeMomentsDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

/** Raised when the score or the choice of moments changes. */
const VERSION = 2;

/** See {@link ProposalActivities.proposeMoments}. */
export const createProposeMoments =
  ({ store, cache }: ProposeMomentsDependencies): ProposalActivities['proposeMoments'] =>
  (input) =>
    withHeartbeat(async () => {
      const { sourceJobId, settings } = input;
      const sources = await findSources(store, input);
      let reading: Promise<ProposalMaterial> | undefined;
      const read = (): Promise<ProposalMaterial> => (reading ??= readMaterial(store, sources, input));
      const { result, measure } = await measured(() =>
        storeFiles(
          cache,
          store,
          {
            stage: 'propose',
            version: VERSION,
            parameters: { sourceJobId, settings },
            inputs: [sources.core.sha256, sources.transcript.sha256],
          },
          async () => {
            const { material, proposalOf } = await read();
            const proposal = proposalOf(momentsWithin(material, settings), LOCAL_SCORE);
            // People edit this file: it is written to be read.
            return { [PROPOSAL_FILE]: JSON.stringify(proposal, null, 2) };
          },
        ),
      );
      const { files } = result;
      const [file] = files;
      if (file === undefined) throw new Error('the propose stage stored no proposal');
      const { video, moments } = await readJson(store, file.artifact, proposalSchema);
      const found = { files, title: video.title, momentCount: moments.length, measure };
      return askedModel(settings) === undefined ? found : { ...found, ...readingOf((await read()).material) };
    });

function readingOf(material: MomentMaterial): { windowCount: number; notices: string[] } {
  const { windows, windowsInAll } = momentWindows(material);
  const notice = `The video is so long that the language model reads ${windows.length} of its ${windowsInAll} parts.`;
  return { windowCount: windows.length, notices: windows.length < windowsInAll ? [notice] : [] };
}
