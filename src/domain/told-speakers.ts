import { nearestVoice, type VoiceGroup } from './speaker-clustering.ts';
import type { ChunkTranscript } from './transcript.ts';
import type { VoiceTurn } from './turns.ts';
import { unitEmbedding, type ChunkVoices } from './voices.ts';

/** Who speaks when, as a transcriber tells it of one chunk: in another chunk its names mean others. */
export interface ToldTurn {
  /** Seconds of the chunk. */
  start: number;
  end: number;
  speaker: string;
}

/** The turns that a chunk's transcript tells; none where the transcriber does not tell speakers apart. */
export const toldTurns = ({ segments }: ChunkTranscript): ToldTurn[] =>
  segments.flatMap(({ start, end, speaker }) => (speaker === undefined ? [] : [{ start, end, speaker }]));

/**
 * How each speaker that a transcriber told apart sounds: the windows in the middle of which it has them speak. One
 * group for each, so that clustering only joins the speakers of different chunks. Those who are heard too shortly for
 * a window have none.
 */
export function toldVoices(turns: readonly ToldTurn[], { windows }: ChunkVoices): Map<string, VoiceGroup> {
  const groups = new Map<string, VoiceGroup>();
  for (const { start, end, embedding } of windows) {
    const middle = (start + end) / 2;
    const turn = turns.find((one) => middle >= one.start && middle < one.end);
    if (turn === undefined) continue;
    const voice = unitEmbedding(embedding);
    const group = groups.get(turn.speaker);
    if (group === undefined) groups.set(turn.speaker, { sum: voice, count: 1, seconds: 0 });
    else {
      group.sum.forEach((value, index) => (group.sum[index] = value + (voice[index] ?? 0)));
      group.count += 1;
    }
  }
  for (const { start, end, speaker } of turns) {
    const group = groups.get(speaker);
    if (group !== undefined) group.seconds += end - start;
  }
  return groups;
}

/**
 * The told turns with the voices of the video in place of the chunk's names. Who has no voice of their own speaks with
 * that of the turn before, or after.
 */
export function voiceTurnsOf(
  turns: readonly ToldTurn[],
  heard: ChunkVoices,
  voices: readonly Float32Array[],
): VoiceTurn[] {
  const numbers = new Map(
    [...toldVoices(turns, heard)].map(([speaker, { sum }]) => [speaker, nearestVoice(sum, voices)]),
  );
  const first = turns.map(({ speaker }) => numbers.get(speaker)).find((voice) => voice !== undefined);
  let last = first ?? 0;
  return turns.map(({ start, end, speaker }) => {
    last = numbers.get(speaker) ?? last;
    return { start, end, voice: last };
  });
}
