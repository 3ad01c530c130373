import type { ProposalActivities, ProposeMomentsInput } from '../contracts/reel-propose.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { coreDocumentSchema } from '../domain/core-document.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { findMoments } from '../domain/moments.ts';
import { PROPOSAL_FILE, proposalSchema, type Proposal } from '../domain/proposal.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';
import { storeFiles } from './store-files.ts';

export interface ProposeMomentsDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

/** Raised when the score or the choice of moments changes. */
const VERSION = 1;

/** The results of the video job that moments are found in. */
interface Sources {
  core: ArtifactRef;
  transcript: ArtifactRef;
}

/** See {@link ProposalActivities.proposeMoments}. */
export const createProposeMoments =
  ({ store, cache }: ProposeMomentsDependencies): ProposalActivities['proposeMoments'] =>
  (input) =>
    withHeartbeat(async () => {
      const { sourceJobId, settings } = input;
      const sources = await findSources(store, input);
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
          // People edit this file: it is written to be read.
          async () => ({ [PROPOSAL_FILE]: JSON.stringify(await propose(store, sources, input), null, 2) }),
        ),
      );
      const { files } = result;
      const [file] = files;
      if (file === undefined) throw new Error('the propose stage stored no proposal');
      const { video, moments } = await readJson(store, file.artifact, proposalSchema);
      return { files, title: video.title, momentCount: moments.length, measure };
    });

async function propose(
  store: ArtifactStore,
  sources: Sources,
  { sourceJobId, settings }: ProposeMomentsInput,
): Promise<Proposal> {
  const { video, entities } = await readJson(store, sources.core, coreDocumentSchema);
  const { title, url, durationSeconds, frameRate } = video;
  const transcript = await readJson(store, sources.transcript, transcriptSchema);
  return {
    version: 1,
    jobId: sourceJobId,
    video: { title, url, durationSeconds, ...(frameRate === undefined ? {} : { frameRate }) },
    settings,
    model: 'local',
    moments: findMoments(transcript, entities, settings),
  };
}

/** @throws ClipScribeError ArtifactMissing where the results of the job are gone */
async function findSources(
  store: ArtifactStore,
  { userId, sourceJobId }: ProposeMomentsInput,
): Promise<Sources> {
  const find = (name: string) => store.find(`results/${userId}/${sourceJobId}/${name}`);
  const [core, transcript] = await Promise.all([find('core.json'), find('transcript.json')]);
  if (core === undefined || transcript === undefined)
    throw new ClipScribeError('ArtifactMissing', 'The results of this job are no longer stored.');
  return { core, transcript };
}
