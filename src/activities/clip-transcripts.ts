import type { NumberedClip } from '../contracts/reel-activities.ts';
import type { ClipTranscripts } from '../domain/reel-captions.ts';
import { transcriptSchema } from '../domain/transcript.ts';
import { withSpeakerNames } from '../domain/word-speakers.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { readJson } from './stage-cache.ts';

/** What is said in clips, where ClipScribe has heard it. One transcript is read once for all clips of a job. */
export async function readTranscripts(
  store: ArtifactStore,
  clips: readonly NumberedClip[],
): Promise<ClipTranscripts> {
  const read = new Map<string, ReturnType<typeof withSpeakerNames>>();
  const transcripts = new Map<number, ReturnType<typeof withSpeakerNames>>();
  for (const { index, clip } of clips) {
    if (clip.transcript === null) continue;
    const { uri } = clip.transcript;
    const transcript =
      read.get(uri) ?? withSpeakerNames(await readJson(store, clip.transcript, transcriptSchema));
    read.set(uri, transcript);
    transcripts.set(index, transcript);
  }
  return transcripts;
}
