import { topicGaps, type TopicGap } from './chapter-boundaries.ts';
import { chapterTitles } from './chapter-titles.ts';
import type { Chapter } from './core-document.ts';
import type { Entity } from './knowledge.ts';
import type { VideoMetadata } from './media.ts';
import { cleanTitle } from './source-title.ts';
import type { SpokenSentence } from './transcript-sentences.ts';

/** Below this duration a talk is one chapter. */
const ONE_CHAPTER_SECONDS = 180;
/** And below this one at most two. */
const TWO_CHAPTERS_SECONDS = 600;
/** How long chapters of longer talks should be. */
const CHAPTER_SECONDS = 450;
const SHORTEST_CHAPTER_SECONDS = 150;
/** No longer chapter is looked for, unless nobody speaks for so long. */
const LONGEST_CHAPTER_SECONDS = 1350;
/** Only a change of topic that scores more than this is worth a chapter in itself. */
const WORTH_A_CHAPTER = 0.7;
/** How much a chapter of twice the length, or none, counts against changes of topic. */
const LENGTH_WEIGHT = 1.5;

export interface ChapterSources {
  durationSeconds: number;
  sentences: readonly SpokenSentence[];
  entities: readonly Entity[];
  /** What the publisher set; wins over what is found. */
  publisherChapters: VideoMetadata['chapters'];
}

/**
 * The chapters of a video, without gap from its start to its end: the publisher's own, or else where the topic
 * changes most, one for five to ten minutes. None where nobody speaks and the publisher set none.
 */
export function findChapters(sources: ChapterSources): Chapter[] {
  const { durationSeconds, sentences, entities, publisherChapters } = sources;
  const published = publisherChapters
    .filter(({ start }) => start < durationSeconds)
    .sort((a, b) => a.start - b.start)
    .filter(({ start }, index, all) => start !== all[index - 1]?.start);
  if (published.length > 0) {
    return contiguous(
      published.map(({ start }) => start),
      published.map(({ title }) => cleanTitle(title)),
      durationSeconds,
    );
  }
  if (sentences.length === 0) return [];
  const starts = [0, ...boundaries(topicGaps(sentences), durationSeconds)];
  const parts = starts.map((start, index) =>
    sentences.filter(
      (sentence) => sentence.start >= start && sentence.start < (starts[index + 1] ?? Infinity),
    ),
  );
  return contiguous(starts, chapterTitles(parts, entities), durationSeconds);
}

const contiguous = (
  starts: readonly number[],
  titles: readonly string[],
  durationSeconds: number,
): Chapter[] =>
  starts.map((start, index) => ({
    start: index === 0 ? 0 : start,
    end: starts[index + 1] ?? durationSeconds,
    title: titles[index] ?? '',
  }));

/** Where chapters after the first begin, in order of time. */
function boundaries(gaps: readonly TopicGap[], durationSeconds: number): number[] {
  if (durationSeconds < ONE_CHAPTER_SECONDS) return [];
  if (durationSeconds < TWO_CHAPTERS_SECONDS) return bestMiddle(gaps, durationSeconds);
  return bestDivision(gaps, durationSeconds);
}

/** The strongest change of topic in the middle half of a short talk, if there is one. */
function bestMiddle(gaps: readonly TopicGap[], durationSeconds: number): number[] {
  const middle = gaps.filter(
    ({ start, score }) => Math.abs(start / durationSeconds - 0.5) <= 0.25 && score > WORTH_A_CHAPTER,
  );
  const best = middle.toSorted((a, b) => b.score - a.score)[0];
  return best === undefined ? [] : [best.start];
}

/**
 * The division with the strongest changes of topic and the most even lengths, by dynamic programming. Looks back
 * no further than the longest chapter, so its cost is linear in the length of the talk.
 */
function bestDivision(gaps: readonly TopicGap[], durationSeconds: number): number[] {
  const points = [{ start: 0, score: 0 }, ...gaps, { start: durationSeconds, score: 0 }];
  const worth: number[] = [0];
  const cameFrom: number[] = [-1];
  let earliest = 0;
  for (let index = 1; index < points.length; index += 1) {
    const { start, score } = points[index] ?? { start: 0, score: 0 };
    // The last point before the longest chapter stays in reach, for a silence that runs longer than that.
    while (earliest < index - 1 && start - (points[earliest + 1]?.start ?? 0) > LONGEST_CHAPTER_SECONDS)
      earliest += 1;
    worth[index] = -Infinity;
    for (let from = earliest; from < index; from += 1) {
      const seconds = start - (points[from]?.start ?? 0);
      if (seconds < SHORTEST_CHAPTER_SECONDS) break;
      const unevenness = Math.min(4, (seconds / CHAPTER_SECONDS - 1) ** 2);
      const total = (worth[from] ?? -Infinity) + score - WORTH_A_CHAPTER - LENGTH_WEIGHT * unevenness;
      if (total > (worth[index] ?? -Infinity)) {
        worth[index] = total;
        cameFrom[index] = from;
      }
    }
  }
  const starts: number[] = [];
  for (let index = cameFrom[points.length - 1] ?? 0; index > 0; index = cameFrom[index] ?? 0) {
    starts.unshift(points[index]?.start ?? 0);
  }
  return starts;
}
