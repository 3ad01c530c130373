import { averageLinkage, clustersAfter, type VectorGroup } from './average-linkage.ts';
import { clamp } from './time.ts';
import { dot, normalised } from './voices.ts';

/** A window on the clock of the video, with an embedding of unit length. */
export interface PlacedVoice {
  start: number;
  end: number;
  embedding: Float32Array;
}

export interface SpeakerCount {
  /** Known number of speakers; wins over the bounds. */
  exactly?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
}

export interface ClusterOptions extends SpeakerCount {
  /** Clusters that are less alike on average are different voices. */
  sameVoiceSimilarity: number;
}

/** Shorter windows hold too little of a voice to decide how many there are; they join the nearest one. */
const RELIABLE_SECONDS = 1;
/** Within a chunk, what is this alike is one voice for sure: halfway between one voice and the very same. */
const SURE_SHARE = 0.5;
/** So many groups go on from a chunk at most, and from all together, so that the second level stays small. */
const MOST_GROUPS_OF_CHUNK = 32;
const MOST_GROUPS = 2_000;
const FEWEST_GROUPS_OF_CHUNK = 16;
/** Voices heard for less are coughs, laughter and jingles, rather than people. */
const SHORTEST_SPEAKER_SECONDS = 1.9;
const SHORTEST_SPEAKER_SHARE = 0.002;
const LONGEST_SHORTEST_SPEAKER_SECONDS = 10;
/** When a number of speakers is wanted, the tree is searched so far below that number of clusters. */
const MOST_CUTS = 400;

/** A few windows of one chunk that are one voice. */
export interface VoiceGroup extends VectorGroup {
  /** How long they are heard. */
  seconds: number;
}

/**
 * The first of two levels, which keep six hours in bounds: windows of a chunk that are surely one voice become a
 * group. {@link findVoices} then clusters the groups of all chunks, so a video has one set of speakers.
 *
 * @param windows in order
 * @param options.chunkCount of the video: the more there are, the fewer groups go on from each
 */
export function groupVoices(
  windows: readonly PlacedVoice[],
  { sameVoiceSimilarity, chunkCount }: Pick<ClusterOptions, 'sameVoiceSimilarity'> & { chunkCount: number },
): VoiceGroup[] {
  const reliable = windows.filter(({ start, end }) => end - start >= RELIABLE_SECONDS);
  const share = Math.floor(MOST_GROUPS / Math.max(1, chunkCount));
  const mostGroups = clamp(share, FEWEST_GROUPS_OF_CHUNK, MOST_GROUPS_OF_CHUNK);
  return groupsOf(reliable.length > 0 ? reliable : windows, sameVoiceSimilarity, mostGroups);
}

function groupsOf(
  windows: readonly PlacedVoice[],
  sameVoiceSimilarity: number,
  mostGroups: number,
): VoiceGroup[] {
  if (windows.length === 0) return [];
  const sure = sameVoiceSimilarity + (1 - sameVoiceSimilarity) * SURE_SHARE;
  const joins = averageLinkage(windows.map(({ embedding }) => ({ sum: embedding, count: 1 })));
  const joinsFrom = (similarity: number): number =>
    joins.filter((join) => join.similarity >= similarity).length;
  // Two voices never share a group: rather than join them, the least heard of too many groups do not go on.
  const wanted = Math.max(joinsFrom(sure), windows.length - mostGroups);
  const steps = Math.min(wanted, joinsFrom(sameVoiceSimilarity));
  const numbers = clustersAfter(joins, windows.length, steps);
  return members(windows, numbers)
    .map((own) => ({
      sum: sumOf(own.map(({ embedding }) => embedding)),
      count: own.length,
      seconds: coveredSeconds(own),
    }))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, mostGroups);
}

/**
 * The voices of a video, as vectors of unit length, the most heard first: average linkage over the groups, cut where
 * average similarity falls below that of one voice, or where the number of voices is what was asked for. Voices that
 * are hardly heard are left out.
 */
export function findVoices(groups: readonly VoiceGroup[], options: ClusterOptions): Float32Array[] {
  if (groups.length === 0) return [];
  const joins = averageLinkage(groups);
  const total = groups.reduce((sum, { seconds }) => sum + seconds, 0);
  const shortest = Math.min(
    Math.max(SHORTEST_SPEAKER_SECONDS, total * SHORTEST_SPEAKER_SHARE),
    LONGEST_SHORTEST_SPEAKER_SECONDS,
  );
  const clustersOf = (steps: number): VoiceGroup[] =>
    members(groups, clustersAfter(joins, groups.length, steps))
      .map(joined)
      .sort((one, other) => other.seconds - one.seconds);
  const heard = (clusters: VoiceGroup[]): VoiceGroup[] => {
    const long = clusters.filter(({ seconds }) => seconds >= shortest);
    return long.length > 0 ? long : clusters.slice(0, 1);
  };
  const found = heard(
    clustersOf(joins.filter(({ similarity }) => similarity >= options.sameVoiceSimilarity).length),
  );
  const wanted = wantedCount(found.length, options);
  const chosen = wanted === found.length ? found : searchCut(wanted);
  return chosen.map(({ sum }) => normalised(sum));

  /** The coarsest clustering with so many voices that are heard long enough; else the most heard clusters. */
  function searchCut(count: number): VoiceGroup[] {
    const finest = Math.min(groups.length, count + MOST_CUTS);
    for (let clusters = count; clusters <= finest; clusters += 1) {
      const long = heard(clustersOf(groups.length - clusters));
      if (long.length >= count) return long.slice(0, count);
    }
    return clustersOf(Math.max(0, groups.length - count)).slice(0, count);
  }
}

function wantedCount(found: number, { exactly, minimum, maximum }: SpeakerCount): number {
  return exactly ?? Math.max(Math.min(found, maximum ?? found), minimum ?? 1);
}

/** The index of the voice that is most like an embedding. */
export function nearestVoice(embedding: Float32Array, voices: readonly Float32Array[]): number {
  let best = 0;
  let similarity = -1;
  voices.forEach((voice, index) => {
    const value = dot(embedding, voice);
    if (value > similarity) [best, similarity] = [index, value];
  });
  return best;
}

const members = <Item>(items: readonly Item[], numbers: readonly number[]): Item[][] => {
  const result: Item[][] = [];
  items.forEach((item, index) => {
    const number = numbers[index] ?? 0;
    (result[number] ??= []).push(item);
  });
  return result;
};

const joined = (groups: readonly VoiceGroup[]): VoiceGroup => ({
  sum: sumOf(groups.map(({ sum }) => sum)),
  count: groups.reduce((sum, { count }) => sum + count, 0),
  seconds: groups.reduce((sum, { seconds }) => sum + seconds, 0),
});

function sumOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((value, index) => (sum[index] = (sum[index] ?? 0) + value));
  return sum;
}

/** Seconds that at least one of the windows covers; they come in order of their starts. */
function coveredSeconds(windows: readonly { start: number; end: number }[]): number {
  let seconds = 0;
  let end = -Infinity;
  for (const window of windows) {
    seconds += Math.max(0, window.end - Math.max(window.start, end));
    end = Math.max(end, window.end);
  }
  return seconds;
}
