import type { ReelActivities } from '../contracts/reel-activities.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { ClipSource } from '../ports/clip-source.ts';
import type { ReelOutput } from '../ports/reel-output.ts';
import type { ReelTool } from '../ports/reel-tool.ts';
import { createAcquireClip } from './acquire-clip.ts';
import { createCheckOutput } from './check-output.ts';
import { ClipFiles } from './clip-files.ts';
import { createEncodePart } from './encode-part.ts';
import { createJoinReel } from './join-reel.ts';
import { createPublishReel } from './publish-reel.ts';
import type { Scratch } from './scratch.ts';
import { StageCache } from './stage-cache.ts';

/** What the steps of reels need from outside. */
export interface ReelDependencies {
  /** Asked in this order. */
  clipSources: readonly ClipSource[];
  reelTool: ReelTool;
  reelOutput: ReelOutput;
  store: ArtifactStore;
  scratch: Scratch;
}

/** The steps of reels, on the queue of a route. */
export function createReelActivities(dependencies: ReelDependencies): ReelActivities {
  const { clipSources, scratch, store, reelOutput } = dependencies;
  const shared = {
    ...dependencies,
    clipFiles: new ClipFiles(clipSources, scratch, store),
    cache: new StageCache(store),
  };
  return {
    checkOutput: createCheckOutput(reelOutput),
    acquireClip: createAcquireClip(shared),
    encodePart: createEncodePart(shared),
    joinReel: createJoinReel(shared),
    publishReel: createPublishReel({ store, scratch, output: reelOutput }),
  };
}
