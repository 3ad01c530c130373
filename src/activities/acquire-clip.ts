import type { ReelActivities } from '../contracts/reel-activities.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { isWithinSource } from '../domain/reel-plan.ts';
import type { ReelTool } from '../ports/reel-tool.ts';
import type { DownloadProgress } from '../ports/video-source.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { spanOf, type ClipFiles } from './clip-files.ts';

export interface AcquireClipDependencies {
  clipFiles: ClipFiles;
  reelTool: ReelTool;
}

/** See {@link ReelActivities.acquireClip}. */
export const createAcquireClip =
  ({ clipFiles, reelTool }: AcquireClipDependencies): ReelActivities['acquireClip'] =>
  (input) =>
    withHeartbeat<DownloadProgress, Awaited<ReturnType<ReelActivities['acquireClip']>>>(
      async ({ report, signal }) => {
        const { jobId, clip } = input;
        const { result, measure } = await measured(async () => {
          const media = await clipFiles.fetch(input, { jobId, signal, onProgress: report });
          const facts = await reelTool.describe(media.filePath, { signal });
          if (!isWithinSource({ clip, facts })) {
            const length = facts.durationSeconds.toFixed(1);
            throw new ClipScribeError(
              'InvalidInput',
              `The clip begins behind the end of its source (${length} s).`,
            );
          }
          const loudness = await reelTool.examine({ filePath: media.filePath, facts }, spanOf(input), {
            measuresLoudness: input.measuresLoudness,
            signal,
          });
          return { ...media, facts, loudness, cached: false };
        });
        const { facts, loudness, fingerprint } = result;
        return { facts, loudness, fingerprint, measure };
      },
    );
