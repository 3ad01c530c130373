import type { FoundSpeech, KeepGroundInput, OpenGroundResult } from '../contracts/video-correction-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { artifactKey, type ArtifactRef } from '../domain/artifact.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { groundKey, groundSchema, type Ground } from '../domain/ground.ts';
import { listeningSettingsSchema } from '../domain/job.ts';
import { videoMetadataSchema } from '../domain/media.ts';
import { jobFolder } from '../domain/retention.ts';
import { diarizationSchema, type Diarization, type Turn } from '../domain/speakers.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson } from './stage-cache.ts';

export interface GroundDependencies {
  store: ArtifactStore;
}

/** See {@link VideoActivities.keepGround}. */
export const createKeepGround =
  ({ store }: GroundDependencies): VideoActivities['keepGround'] =>
  (input) =>
    withHeartbeat(async () => {
      const { measure } = await measured(async () => {
        const ground = await readGround(store, input);
        await store.put(groundKey(input.userId, input.jobId), JSON.stringify(ground));
        return { cached: false };
      });
      return { measure };
    });

async function readGround(
  store: ArtifactStore,
  { found, settings, route, notices, stages }: KeepGroundInput,
): Promise<Ground> {
  const { transcript, fingerprint, diarization, metadata, durationSeconds, spokenChunks } = found;
  return {
    schemaVersion: 1,
    fingerprint,
    transcript: await readJson(store, transcript, transcriptSchema),
    turns: diarization && (await readJson(store, diarization, diarizationSchema)).turns,
    diarization,
    metadata: metadata && (await readJson(store, metadata, videoMetadataSchema)),
    settings: listeningSettingsSchema.optional().parse(settings),
    ...{ durationSeconds, spokenChunks, route, notices, stages },
  };
}

/** See {@link VideoActivities.openGround}. Its parts become working files of the job. */
export const createOpenGround =
  ({ store }: GroundDependencies): VideoActivities['openGround'] =>
  ({ jobId, userId }) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(async () => {
        const kept = await store.find(groundKey(userId, jobId));
        if (kept === undefined)
          throw new ClipScribeError('ArtifactMissing', 'What was found in this video is no longer stored.');
        const ground = await readJson(store, kept, groundSchema);
        const found = await layOut(store, jobFolder(userId, jobId), ground);
        return { ground, found, cached: true };
      });
      const { route, notices, stages, metadata } = result.ground;
      const opened: Omit<OpenGroundResult, 'measure'> = {
        found: result.found,
        title: metadata === null ? null : metadata.title.slice(0, 500),
        ...{ route, notices, stages },
      };
      return { ...opened, measure };
    });

async function layOut(store: ArtifactStore, folder: string, ground: Ground): Promise<FoundSpeech> {
  const { transcript, fingerprint, turns, metadata, durationSeconds, spokenChunks } = ground;
  const place = (name: string, content: object) => store.put(`${folder}/${name}`, JSON.stringify(content));
  return {
    transcript: await place('transcript.json', transcript),
    fingerprint,
    segmentCount: transcript.segments.length,
    diarization:
      (await stillThere(store, ground.diarization)) ??
      (turns && (await place('diarization.json', mute(turns)))),
    metadata: metadata && (await place('metadata.json', metadata)),
    durationSeconds,
    spokenChunks,
  };
}

async function stillThere(store: ArtifactStore, reference: ArtifactRef | null): Promise<ArtifactRef | null> {
  const found = reference && (await store.find(artifactKey(reference)));
  return found?.sha256 === reference?.sha256 ? (found ?? null) : null;
}

/** Who spoke when, without how they sound. */
const mute = (turns: Turn[]): Diarization => ({ model: null, sameVoiceSimilarity: 1, turns, voices: [] });
