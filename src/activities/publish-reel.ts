import { join } from 'node:path';
import type { PublishReelInput, ReelActivities } from '../contracts/reel-activities.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { buildManifest } from '../domain/manifest.ts';
import { captionSettings, reelCaptions } from '../domain/reel-captions.ts';
import { secondsOf } from '../domain/reel-part.ts';
import { endOf } from '../domain/reel-plan.ts';
import { REEL_FILE } from '../domain/reel.ts';
import { toSubRip, toWebVtt } from '../domain/subtitle-formats.ts';
import { subtitleRules } from '../domain/subtitle-rules.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { ReelOutput } from '../ports/reel-output.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readTranscripts } from './clip-transcripts.ts';
import type { Scratch } from './scratch.ts';
import { copyToFile } from './store-transfer.ts';

export interface PublishReelDependencies {
  store: ArtifactStore;
  output: ReelOutput;
  scratch: Scratch;
}

/** See {@link ReelActivities.publishReel}. The manifest comes last: where it is, all files that it lists are. */
export const createPublishReel =
  (dependencies: PublishReelDependencies): ReelActivities['publishReel'] =>
  (input) =>
    withHeartbeat(async ({ signal }) => {
      const { result, measure } = await measured(async () => {
        await putOutput(dependencies, input, signal);
        return { manifest: await publish(dependencies.store, input), cached: false };
      });
      return { manifest: result.manifest, measure };
    });

async function putOutput(
  { store, output, scratch }: PublishReelDependencies,
  { jobId, reel, output: place }: PublishReelInput,
  signal: AbortSignal,
): Promise<void> {
  if (place === null) return;
  scratch.requireRoom(reel.bytes);
  const folder = await scratch.attemptFolder(jobId, 'publish');
  const filePath = join(folder.path, REEL_FILE);
  try {
    await copyToFile(store, reel, { path: filePath, signal });
    await output.put(place, { filePath, sha256: reel.sha256, bytes: reel.bytes }, { signal });
  } finally {
    await folder.remove();
  }
}

async function publish(store: ArtifactStore, input: PublishReelInput): Promise<ArtifactRef> {
  const { jobId, userId, stages, settings } = input;
  const completedAt = new Date().toISOString();
  const place = async (name: string, content: string) => ({
    name,
    artifact: await store.put(`results/${userId}/${jobId}/${name}`, content),
  });
  const files = await Promise.all([
    place('reel.json', JSON.stringify(describeReel(input, completedAt), null, 2)),
    ...(await subtitleFiles(store, input)).map(([name, content]) => place(name, content)),
  ]);
  const manifest = buildManifest({
    jobId,
    completedAt,
    files: [{ name: REEL_FILE, artifact: input.reel }, ...files],
    stages,
    parameters: { encode: settings },
  });
  return (await place('manifest.json', JSON.stringify(manifest, null, 2))).artifact;
}

/** reel.json: what the reel is made of, and where in it each clip lies. */
function describeReel(
  { jobId, projectId, durationSeconds, format, settings, clips, parts, notices }: PublishReelInput,
  completedAt: string,
): object {
  let framesBefore = 0;
  const placed = parts.map((part) => {
    const start = secondsOf(framesBefore, format);
    framesBefore += part.frames;
    const end = secondsOf(framesBefore, format);
    switch (part.kind) {
      case 'card':
        return { kind: part.kind, start, end, title: part.title };
      case 'transition':
        return { kind: part.kind, start, end, from: part.from.clip, into: part.into.clip };
      default:
        return { kind: part.kind, start, end, clip: part.stretch.clip, sourceStart: part.stretch.start };
    }
  });
  const { width, height, frameRate } = format;
  return {
    ...{ schemaVersion: 1, id: jobId, projectId, completedAt, durationSeconds },
    video: { width, height, frameRate: `${frameRate.numerator}/${frameRate.denominator}` },
    settings,
    clips: clips.map((numbered) => ({
      index: numbered.index,
      source: numbered.clip.name,
      start: numbered.clip.start,
      end: endOf(numbered),
      title: numbered.clip.title,
    })),
    parts: placed,
    notices,
  };
}

async function subtitleFiles(store: ArtifactStore, input: PublishReelInput): Promise<[string, string][]> {
  const { parts, clips, format, settings } = input;
  const transcripts = await readTranscripts(store, clips);
  const cues = reelCaptions(parts, { format, settings, transcripts });
  if (cues.length === 0) return [];
  const language = [...transcripts.values()][0]?.language ?? 'und';
  const { placement } = subtitleRules(captionSettings(settings), language);
  return [
    ['reel.srt', toSubRip(cues, { language, placement })],
    ['reel.vtt', toWebVtt(cues, { language, placement })],
  ];
}
