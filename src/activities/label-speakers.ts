import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises';
import type { LabelSpeakersInput } from '../contracts/video-speech-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { labelSpeakers, type HeardVoices } from '../domain/label-speakers.ts';
import { groupVoices, type PlacedVoice, type VoiceGroup } from '../domain/speaker-clustering.ts';
import { toldTurns, toldVoices } from '../domain/told-speakers.ts';
import { chunkTranscriptSchema, transcriptSchema } from '../domain/transcript.ts';
import { chunkVoicesSchema, unitEmbedding, type ChunkVoices } from '../domain/voices.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, type StageCache } from './stage-cache.ts';
import { storeFiles } from './store-files.ts';

export interface LabelSpeakersDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

/** Raised when the rules of clustering or of words and speakers change. */
const VERSION = 4;

/** See {@link VideoActivities.labelSpeakers}. */
export const createLabelSpeakers =
  ({ store, cache }: LabelSpeakersDependencies): VideoActivities['labelSpeakers'] =>
  (input) =>
    withHeartbeat(async () => {
      const { result, measure } = await measured(() =>
        storeFiles(
          cache,
          store,
          {
            stage: 'speakers',
            version: VERSION,
            parameters: {
              count: input.count,
              starts: input.chunks.map(({ start }) => start),
              salt: input.salt,
            },
            inputs: [
              input.transcript.sha256,
              ...input.chunks.flatMap(({ voices, transcript }) => [voices.sha256, transcript.sha256]),
            ],
          },
          () => label(store, input),
        ),
      );
      const fileOf = (name: string) => {
        const file = result.files.find((each) => each.name === name);
        if (file === undefined) throw new Error(`the speakers stage stored no ${name}`);
        return file;
      };
      const transcript = await readJson(store, fileOf('transcript.json').artifact, transcriptSchema);
      return {
        transcript: fileOf('transcript.json').artifact,
        segmentCount: transcript.segments.length,
        diarization: fileOf('diarization.json').artifact,
        speakerCount: transcript.speakers?.length ?? 0,
        measure,
      };
    });

async function label(
  store: ArtifactStore,
  { transcript, chunks, count }: LabelSpeakersInput,
): Promise<Record<string, string>> {
  const heard: HeardVoices[] = [];
  const groups: VoiceGroup[] = [];
  for (const { start, voices: reference, transcript: said } of chunks) {
    const voices = await readJson(store, reference, chunkVoicesSchema);
    const { sameVoiceSimilarity, windows } = voices;
    const told = toldTurns(await readJson(store, said, chunkTranscriptSchema));
    const options = { sameVoiceSimilarity, chunkCount: chunks.length };
    groups.push(
      ...(told.length > 0
        ? toldVoices(told, voices).values()
        : groupVoices(windows.map(placed(start)), options)),
    );
    heard.push({ start, voices, told });
    // Grouping a chunk takes a tenth of a second; heartbeats go out in between.
    await nextTurnOfTheLoop();
  }
  const labelled = labelSpeakers(await readJson(store, transcript, transcriptSchema), heard, groups, count);
  return {
    'transcript.json': JSON.stringify(labelled.transcript),
    'diarization.json': JSON.stringify(labelled.diarization),
  };
}

const placed =
  (chunkStart: number) =>
  ({ start, end, embedding }: ChunkVoices['windows'][number]): PlacedVoice => ({
    start: chunkStart + start,
    end: chunkStart + end,
    embedding: unitEmbedding(embedding),
  });
