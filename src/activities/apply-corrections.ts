import type { ApplyCorrectionsInput, VideoActivities } from '../contracts/video-activities.ts';
import { applyCorrections } from '../domain/apply-corrections.ts';
import { correctionsSchema, NO_CORRECTIONS, type Corrections } from '../domain/corrections.ts';
import { correctionsKey } from '../domain/ground.ts';
import { formatRttm } from '../domain/rttm.ts';
import { diarizationSchema, type Turn } from '../domain/speakers.ts';
import { transcriptSchema, type Transcript } from '../domain/transcript.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, sha256, type StageCache } from './stage-cache.ts';
import { storeFiles } from './store-files.ts';

export interface ApplyCorrectionsDependencies {
  store: ArtifactStore;
  cache: StageCache;
}

/** Raised when corrections are carried out in another way. */
const VERSION = 1;

/** See {@link VideoActivities.applyCorrections}. */
export const createApplyCorrections =
  ({ store, cache }: ApplyCorrectionsDependencies): VideoActivities['applyCorrections'] =>
  (input) =>
    withHeartbeat(async () => {
      const { transcript: found, diarization, segmentCount } = input.found;
      const { result, measure } = await measured(async () => {
        const corrections = await currentCorrections(store, input);
        const made = await storeFiles(
          cache,
          store,
          {
            stage: 'corrections',
            version: VERSION,
            parameters: { fingerprint: input.found.fingerprint },
            inputs: [found.sha256, diarization?.sha256 ?? '', sha256(JSON.stringify(corrections))],
          },
          async () => correct(store, input, corrections),
        );
        return { ...made, corrections };
      });
      const files = result.files.filter(({ name }) => name === 'speakers.rttm');
      if (result.corrections.revision === 0)
        return { transcript: found, segmentCount, files, conflictCount: 0, measure };
      const transcript = result.files.find(({ name }) => name === 'transcript.json')?.artifact ?? found;
      const corrected = await readJson(store, transcript, transcriptSchema);
      return {
        transcript,
        segmentCount: corrected.segments.length,
        files,
        conflictCount: corrected.corrections?.conflicts.length ?? 0,
        measure,
      };
    });

/** The corrections of this moment. */
async function currentCorrections(
  store: ArtifactStore,
  { userId, jobId }: ApplyCorrectionsInput,
): Promise<Corrections> {
  const current = await store.readCurrent(correctionsKey(userId, jobId));
  if (current === undefined) return NO_CORRECTIONS;
  return correctionsSchema.parse(JSON.parse(Buffer.from(current.content).toString('utf8')));
}

async function correct(
  store: ArtifactStore,
  { found }: ApplyCorrectionsInput,
  corrections: Corrections,
): Promise<Record<string, string>> {
  const transcript = await readJson(store, found.transcript, transcriptSchema);
  const turns =
    found.diarization === null ? [] : (await readJson(store, found.diarization, diarizationSchema)).turns;
  const ground = { transcript, turns, fingerprint: found.fingerprint };
  if (corrections.revision === 0) return rttm(transcript, turns);
  const corrected = applyCorrections(ground, corrections);
  return {
    'transcript.json': JSON.stringify(corrected.transcript),
    ...rttm(corrected.transcript, corrected.turns),
  };
}

const rttm = ({ speakers }: Transcript, turns: readonly Turn[]): Record<string, string> =>
  speakers === undefined ? {} : { 'speakers.rttm': formatRttm(turns, speakers, 'video') };
