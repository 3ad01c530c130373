import { typeid } from 'typeid-js';
import { artifactKey, type ArtifactRef } from '../../domain/artifact.ts';
import { speakerIdOf } from '../../domain/correction-requests.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import {
  knownVoicesSchema,
  NO_VOICES,
  voicesKey,
  withoutVoice,
  withSample,
  withSuggestions,
  type KnownVoice,
  type KnownVoices,
} from '../../domain/known-voices.ts';
import { diarizationSchema, type Diarization, type Speaker } from '../../domain/speakers.ts';
import { visibleName } from '../../domain/visible-text.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import { readCorrectable, readDocument } from '../corrections/stored-corrections.ts';

/** Requests of one user at the same time; more than a few means that something else is wrong. */
const MAXIMUM_ATTEMPTS = 20;

/** The voices that a user has added. */
export async function listVoices(store: ArtifactStore, userId: string): Promise<readonly KnownVoice[]> {
  return ((await readDocument(store, voicesKey(userId), knownVoicesSchema))?.content ?? NO_VOICES).voices;
}

export interface AddVoice {
  name: string;
  /** One of the user's own jobs. */
  jobId: string;
  /** By id or name. */
  speaker: string;
}

/**
 * Keeps how a speaker of a job sounds, under a name; one more sample where the name is known. Adding the same again
 * changes nothing but the time.
 *
 * @throws ClipScribeError InvalidInput, JobNotFinished; ActionNotPossible where the job's voices are gone
 */
export async function addVoice(
  store: ArtifactStore,
  userId: string,
  { name: given, jobId, speaker: wanted }: AddVoice,
): Promise<KnownVoice> {
  const name = visibleName(given);
  if (name === null) throw new ClipScribeError('InvalidInput', 'A voice needs a name that can be seen.');
  const { view, diarization } = await readCorrectable(store, userId, jobId);
  const speakerId = speakerIdOf(view, wanted);
  const heard = await readVoices(store, diarization);
  if (heard?.model === undefined || heard.model === null) {
    throw new ClipScribeError(
      'ActionNotPossible',
      'The voices of this job are no longer stored; `redo --from speakers` listens to it again.',
    );
  }
  const embedding = heard.voices.find(({ speaker }) => speaker === speakerId)?.embedding;
  if (embedding === undefined) {
    throw new ClipScribeError(
      'InvalidInput',
      `"${wanted}" was made by a correction, and was never heard as a voice.`,
    );
  }
  const sample = {
    ...{ model: heard.model, sameVoiceSimilarity: heard.sameVoiceSimilarity, embedding, jobId },
    seconds: view.transcript.speakers?.find(({ id }) => id === speakerId)?.seconds ?? 0,
    addedAt: new Date().toISOString(),
  };
  const id = typeid('voice').toString();
  const known = await changeVoices(store, userId, (before) => withSample(before, { id, name }, sample));
  const added = known.voices.find((voice) => voice.name === name);
  if (added === undefined) throw new Error('A voice that was just written is missing.');
  return added;
}

/**
 * Forgets a voice with all its samples. From then on it suggests nothing.
 *
 * @param wanted its id or name
 * @throws ClipScribeError NotFound
 */
export async function deleteVoice(store: ArtifactStore, userId: string, wanted: string): Promise<KnownVoice> {
  let deleted: KnownVoice | undefined;
  await changeVoices(store, userId, (before) => {
    deleted = before.voices.find(({ id, name }) => id === wanted || name === wanted);
    if (deleted === undefined)
      throw new ClipScribeError('NotFound', 'You have added no voice of this name or id.');
    return withoutVoice(before, deleted.id);
  });
  if (deleted === undefined) throw new Error('A voice was deleted that there is not.');
  return deleted;
}

/** The speakers of a job as they are corrected now, with the names that the user's voices suggest now. */
export async function speakersWithSuggestions(
  store: ArtifactStore,
  userId: string,
  jobId: string,
): Promise<Speaker[]> {
  const { view, diarization } = await readCorrectable(store, userId, jobId);
  const speakers = view.transcript.speakers ?? [];
  const voices = await listVoices(store, userId);
  const heard = voices.length === 0 ? undefined : await readVoices(store, diarization);
  return heard === undefined
    ? speakers
    : withSuggestions(speakers, heard, { schemaVersion: 1, voices: [...voices] });
}

/** How the speakers of a job sound; undefined where nobody listened, or it was removed since. */
async function readVoices(
  store: ArtifactStore,
  reference: ArtifactRef | null,
): Promise<Diarization | undefined> {
  if (reference === null) return undefined;
  return (await readDocument(store, artifactKey(reference), diarizationSchema))?.content;
}

async function changeVoices(
  store: ArtifactStore,
  userId: string,
  change: (known: KnownVoices) => KnownVoices,
): Promise<KnownVoices> {
  for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt += 1) {
    const stored = await readDocument(store, voicesKey(userId), knownVoicesSchema);
    const changed = knownVoicesSchema.parse(change(stored?.content ?? NO_VOICES));
    if (await store.putUnchanged(voicesKey(userId), JSON.stringify(changed), stored?.version ?? null))
      return changed;
  }
  throw new ClipScribeError('StorageUnavailable', 'Others keep changing the same voices.');
}
