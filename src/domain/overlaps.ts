import { z } from 'zod';
import { speechRegionSchema } from './audio-chunk.ts';
import type { Span } from './corrections.ts';
import { secondsWithin, type Turn } from './speakers.ts';
import { joinTurns, turnsOutside } from './turn-changes.ts';

/** Two people were heard at the same time, in seconds of a chunk. */
export const heardOverlapSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  /** When each of the two speaks alone, some seconds before or after. */
  alone: z.array(z.array(speechRegionSchema)).length(2),
});
export type HeardOverlap = z.infer<typeof heardOverlapSchema>;

/** Several people speak at the same time. Seconds of the video. */
export const overlapSchema = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  /** Their ids, in order of the time when they began. */
  speakers: z.array(z.string()).min(2),
});
export type Overlap = z.infer<typeof overlapSchema>;

/**
 * Turns in which both people of an overlap speak. Who they are is told by whose turns are where each speaks alone;
 * an overlap of which that does not tell two different people is left out.
 *
 * @param turns of a chunk, in order, not overlapping
 * @returns turns in order, which overlap
 */
export function withOverlaps(turns: readonly Turn[], overlaps: readonly HeardOverlap[]): Turn[] {
  const both = overlaps.flatMap(({ start, end, alone }) => {
    const speakers = new Set(alone.flatMap((stretches) => speakerWithin(turns, stretches) ?? []));
    return speakers.size < 2 ? [] : [...speakers].map((speaker) => ({ start, end, speaker }));
  });
  return both.length === 0 ? [...turns] : joinTurns([...turnsOutside(turns, both), ...both]);
}

/** Who speaks most in some stretches. */
function speakerWithin(turns: readonly Turn[], stretches: readonly Span[]): string | undefined {
  return [...secondsWithin(turns, stretches)].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** Where turns of different speakers overlap, in order: one stretch for each set of people who speak. */
export function overlapsOf(turns: readonly Turn[]): Overlap[] {
  const borders = turns
    .flatMap(({ start, end, speaker }) => [
      { at: start, speaker, change: 1 },
      { at: end, speaker, change: -1 },
    ])
    .sort((one, other) => one.at - other.at);
  const speaking = new Map<string, number>();
  const overlaps: Overlap[] = [];
  borders.forEach(({ at, speaker, change }, index) => {
    const count = (speaking.get(speaker) ?? 0) + change;
    if (count > 0) speaking.set(speaker, count);
    else speaking.delete(speaker);
    const end = borders[index + 1]?.at ?? at;
    if (speaking.size > 1 && end > at) overlaps.push({ start: at, end, speakers: [...speaking.keys()] });
  });
  return overlaps;
}
