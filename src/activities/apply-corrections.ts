import type { z } from 'zod';
import type { ApplyCorrectionsInput } from '../contracts/video-correction-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import { applyCorrections } from '../domain/apply-corrections.ts';
import {
  correctionsSchema,
  NO_CORRECTIONS,
  type Corrections,
  type Revisions,
} from '../domain/corrections.ts';
import { correctionsKey } from '../domain/ground.ts';
import { importsKey, importsSchema, NO_IMPORTS, withImports, type Imports } from '../domain/import-ground.ts';
import {
  knownVoicesSchema,
  NO_VOICES,
  voicesKey,
  withSuggestions,
  type KnownVoices,
} from '../domain/known-voices.ts';
import { overlapsOf } from '../domain/overlaps.ts';
import { formatRttm } from '../domain/rttm.ts';
import { diarizationSchema } from '../domain/speakers.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, sha256, type StageCache } from './stage-cache.ts';
import { storeFiles } from './store-files.ts';

export interface ApplyCorrectionsDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

/** Raised when corrections are carried out in another way. */
const VERSION = 3;

/** See {@link VideoActivities.applyCorrections}. */
export const createApplyCorrections =
  ({ store, cache }: ApplyCorrectionsDependencies): VideoActivities['applyCorrections'] =>
  (input) =>
    withHeartbeat(async () => {
      const { transcript: found, fingerprint, diarization, segmentCount } = input.found;
      const { result, measure } = await measured(async () => {
        const { userId, jobId } = input;
        const corrections =
          (await readCurrentJson(store, correctionsKey(userId, jobId), correctionsSchema)) ?? NO_CORRECTIONS;
        const voices = (await readCurrentJson(store, voicesKey(userId), knownVoicesSchema)) ?? NO_VOICES;
        const imports =
          (await readCurrentJson(store, importsKey(userId, jobId), importsSchema)) ?? NO_IMPORTS;
        const made = await storeFiles(
          cache,
          store,
          {
            stage: 'corrections',
            version: VERSION,
            parameters: { fingerprint },
            inputs: [
              ...[found.sha256, diarization?.sha256 ?? ''],
              ...[corrections, voices, imports].map((document) => sha256(JSON.stringify(document))),
            ],
          },
          async () => correct(store, input, { corrections, voices, imports }),
        );
        const isUntouched = corrections.revision + imports.revision === 0 && voices.voices.length === 0;
        const revisions: Revisions = { corrections: corrections.revision, imports: imports.revision };
        return { ...made, isUntouched, revisions };
      });
      const { revisions } = result;
      const files = result.files.filter(({ name }) => name === 'speakers.rttm');
      if (result.isUntouched) return { transcript: found, segmentCount, files, revisions, measure };
      const transcript = result.files.find(({ name }) => name === 'transcript.json')?.artifact ?? found;
      const corrected = await readJson(store, transcript, transcriptSchema);
      return { transcript, segmentCount: corrected.segments.length, files, revisions, measure };
    });

/** What a document that people change holds at this moment; undefined where there is none. */
async function readCurrentJson<T>(
  store: ArtifactStore,
  key: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const current = await store.readCurrent(key);
  return current && schema.parse(JSON.parse(Buffer.from(current.content).toString('utf8')));
}

interface PeoplesDocuments {
  corrections: Corrections;
  voices: KnownVoices;
  imports: Imports;
}

async function correct(
  store: ArtifactStore,
  { found }: ApplyCorrectionsInput,
  { corrections, voices, imports }: PeoplesDocuments,
): Promise<Record<string, string>> {
  const heard = found.diarization && (await readJson(store, found.diarization, diarizationSchema));
  const models = {
    transcript: await readJson(store, found.transcript, transcriptSchema),
    turns: heard?.turns ?? [],
    fingerprint: found.fingerprint,
  };
  const ground = withImports(models, imports);
  const { transcript, turns } = corrections.revision === 0 ? ground : applyCorrections(ground, corrections);
  const { speakers } = transcript;
  if (speakers === undefined) return { 'transcript.json': JSON.stringify(transcript) };
  const suggested = heard === null || ground !== models ? speakers : withSuggestions(speakers, heard, voices);
  return {
    'transcript.json': JSON.stringify({ ...transcript, speakers: suggested, overlaps: overlapsOf(turns) }),
    'speakers.rttm': formatRttm(turns, speakers, 'video'),
  };
}
