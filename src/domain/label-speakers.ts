import type { Span } from './corrections.ts';
import { ClipScribeError } from './errors.ts';
import { overlapsOf, withOverlaps, type HeardOverlap } from './overlaps.ts';
import { findVoices, nearestVoice, type SpeakerCount, type VoiceGroup } from './speaker-clustering.ts';
import { secondsBySpeaker, speakerId, speakerLabel, type Diarization, type Turn } from './speakers.ts';
import { roundToMilliseconds } from './time.ts';
import { turnsOf, type VoiceTurn } from './turns.ts';
import { toldVoices, voiceTurnsOf, type ToldTurn } from './told-speakers.ts';
import type { Transcript } from './transcript.ts';
import { encodeEmbedding, unitEmbedding, type ChunkVoices } from './voices.ts';
import { assignSpeakers } from './word-speakers.ts';

/** The voices of a chunk, and where it begins in the video. */
export interface HeardVoices {
  start: number;
  voices: ChunkVoices;
  /** Who speaks when, where the transcriber told: these speakers are only joined with those of other chunks. */
  told?: readonly ToldTurn[];
}

/** Used where no chunk says better, which is where nobody speaks. */
const DEFAULT_SIMILARITY = 0.6;

/**
 * Who says what: finds the voices of the video, makes turns of them and gives every word to a speaker. Speakers are
 * numbered in order of their first words.
 *
 * @param groups of all chunks, by `groupVoices` or `toldVoices`
 * @throws ClipScribeError `ModelRejected` where two encoders listened, whose voices cannot be compared
 */
export function labelSpeakers(
  transcript: Transcript,
  heard: readonly HeardVoices[],
  groups: readonly VoiceGroup[],
  count: SpeakerCount,
): { transcript: Transcript; diarization: Diarization } {
  const models = [...new Set(heard.map(({ voices: { model } }) => model))];
  if (models.length > 1) {
    throw new ClipScribeError(
      'ModelRejected',
      `Parts of this video were listened to by different speaker encoders (${models.join(', ')}).`,
    );
  }
  const sameVoiceSimilarity = heard[0]?.voices.sameVoiceSimilarity ?? DEFAULT_SIMILARITY;
  const minimum = Math.max(count.minimum ?? 1, mostTold(heard));
  const voices = findVoices(groups, { ...count, minimum, sameVoiceSimilarity });
  const chunkTurns = voices.length === 0 ? [] : heard.map((chunk) => turnsOfChunk(chunk, voices));
  const order = [...new Set(chunkTurns.flat().map(({ voice }) => voice))];
  const turnsOfChunks = chunkTurns.map((own) =>
    own.map(({ start, end, voice }): Turn => ({ start, end, speaker: speakerId(order.indexOf(voice)) })),
  );
  // Words are given to whoever is louder, which is whom the transcriber wrote down.
  const assigned = assignSpeakers(transcript, turnsOfChunks.flat());
  const turns = heard.flatMap((chunk, index) =>
    withOverlaps(turnsOfChunks[index] ?? [], overlapsOfChunk(chunk)),
  );
  const seconds = secondsBySpeaker(turns);
  return {
    transcript: {
      ...assigned,
      speakers: order.map((_, index) => ({
        id: speakerId(index),
        label: speakerLabel(index),
        seconds: seconds.get(speakerId(index)) ?? 0,
      })),
      overlaps: overlapsOf(turns),
    },
    diarization: {
      model: heard[0]?.voices.model ?? null,
      sameVoiceSimilarity,
      turns,
      voices: order.map((voice, index) => ({
        speaker: speakerId(index),
        embedding: encodeEmbedding(voices[voice] ?? new Float32Array()),
      })),
    },
  };
}

function turnsOfChunk(
  { start, voices: heard, told = [] }: HeardVoices,
  voices: readonly Float32Array[],
): VoiceTurn[] {
  const turns = told.length > 0 ? voiceTurnsOf(told, heard, voices) : heardTurns(heard, voices);
  return turns.map((turn) => ({ ...turn, ...placed(turn, start) }));
}

/** A transcriber that tells speakers apart has told of overlaps what it knows. */
const overlapsOfChunk = ({ start, voices, told = [] }: HeardVoices): HeardOverlap[] =>
  told.length > 0
    ? []
    : voices.overlaps.map((overlap) => ({
        ...placed(overlap, start),
        alone: overlap.alone.map((stretches) => stretches.map((stretch) => placed(stretch, start))),
      }));

const placed = (span: Span, chunkStart: number): Span => ({
  start: roundToMilliseconds(chunkStart + span.start),
  end: roundToMilliseconds(chunkStart + span.end),
});

function heardTurns(heard: ChunkVoices, voices: readonly Float32Array[]): VoiceTurn[] {
  const windows = heard.windows.map((window) => ({
    start: window.start,
    end: window.end,
    voice: nearestVoice(unitEmbedding(window.embedding), voices),
  }));
  return turnsOf(windows, heard.regions);
}

/** A transcriber told so many speakers apart in one chunk: there are no fewer. */
const mostTold = (heard: readonly HeardVoices[]): number =>
  Math.max(0, ...heard.map(({ told = [], voices }) => toldVoices(told, voices).size));
