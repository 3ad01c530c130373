import type { ProposeMomentsInput } from '../contracts/reel-propose.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { coreDocumentSchema } from '../domain/core-document.ts';
import { ClipScribeError } from '../domain/errors.ts';
import type { MomentMaterial } from '../domain/moment-features.ts';
import { momentMaterial } from '../domain/moments.ts';
import type { Moment, Proposal } from '../domain/proposal.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { readJson } from './stage-cache.ts';

/** The results of the video job that moments are found in. */
export interface ProposalSources {
  core: ArtifactRef;
  transcript: ArtifactRef;
}

/** @throws ClipScribeError ArtifactMissing where the results of the job are gone */
export async function findSources(
  store: ArtifactStore,
  { userId, sourceJobId }: Pick<ProposeMomentsInput, 'userId' | 'sourceJobId'>,
): Promise<ProposalSources> {
  const find = (name: string) => store.find(`results/${userId}/${sourceJobId}/${name}`);
  const [core, transcript] = await Promise.all([find('core.json'), find('transcript.json')]);
  if (core === undefined || transcript === undefined)
    throw new ClipScribeError('ArtifactMissing', 'The results of this job are no longer stored.');
  return { core, transcript };
}

export interface ProposalMaterial {
  material: MomentMaterial;
  /** A proposal of these moments. */
  proposalOf: (moments: Moment[], model: string) => Proposal;
}

/** Reads what moments are found in. */
export async function readMaterial(
  store: ArtifactStore,
  sources: ProposalSources,
  { sourceJobId, settings }: Pick<ProposeMomentsInput, 'sourceJobId' | 'settings'>,
): Promise<ProposalMaterial> {
  const { video, entities } = await readJson(store, sources.core, coreDocumentSchema);
  const { title, url, durationSeconds, frameRate } = video;
  const transcript = await readJson(store, sources.transcript, transcriptSchema);
  return {
    material: momentMaterial(transcript, entities),
    proposalOf: (moments, model) => ({
      version: 1,
      jobId: sourceJobId,
      video: { title, url, durationSeconds, ...(frameRate === undefined ? {} : { frameRate }) },
      ...{ settings, model, moments },
    }),
  };
}
