import { characterClock, type CharacterClock } from './character-clock.ts';
import { cleanName, nameKey, VALUE_TYPES } from './entity-names.ts';
import type { EntitySpan, EntityType, Extraction } from './knowledge.ts';
import type { Segment } from './transcript.ts';

/** A span at its place in the video. Seconds. */
export interface PlacedMention {
  /** Equal for the same characters of the same segment. */
  place: string;
  /** Equal for all spellings of one name. */
  groupKey: string;
  surface: string;
  type: EntityType;
  segmentId: string;
  start: number;
  end: number;
}

/** Where characters of the transcript's segments are, in seconds. Extractors are not trusted to count right. */
export interface TranscriptClock {
  /** Undefined where there is no such segment. */
  locate: (
    segmentId: string,
    text: string,
    startCharacter: number,
  ) => { start: number; end: number; startCharacter: number } | undefined;
}

/** A name longer than this is none. */
const LONGEST_NAME = 200;

/** A clock over all segments; each is aligned with its words once. */
export function transcriptClock(segments: readonly Segment[]): TranscriptClock {
  const segmentById = new Map(segments.map((segment) => [segment.id, segment]));
  const clocks = new Map<string, CharacterClock>();
  return {
    locate: (segmentId, text, startCharacter) => {
      const segment = segmentById.get(segmentId);
      if (segment === undefined) return undefined;
      const found = segment.text.startsWith(text, startCharacter)
        ? startCharacter
        : segment.text.indexOf(text);
      if (found < 0) return { start: segment.start, end: segment.end, startCharacter };
      const clock = clocks.get(segmentId) ?? characterClock(segment);
      clocks.set(segmentId, clock);
      const end = clock.endAt(found + text.length);
      return { start: Math.min(clock.startAt(found), end), end, startCharacter: found };
    },
  };
}

/** The span at its place; undefined where its segment is unknown or it is no name. */
export function placeMention(span: EntitySpan, clock: TranscriptClock): PlacedMention | undefined {
  if (span.text.length > LONGEST_NAME) return undefined;
  const located = clock.locate(span.segmentId, span.text, span.startCharacter);
  const surface = cleanName(span.text, span.type);
  const key = nameKey(surface);
  if (located === undefined || key === '') return undefined;
  return {
    place: `${span.segmentId} ${located.startCharacter} ${span.text}`,
    groupKey: VALUE_TYPES.has(span.type) ? `${span.type} ${key}` : key,
    surface,
    type: span.type,
    segmentId: span.segmentId,
    start: located.start,
    end: located.end,
  };
}

/**
 * All mentions in order of time, each place once: windows may overlap, and relations name entities that the
 * list of entities left out.
 */
export function placeAllMentions(
  extractions: readonly Extraction[],
  clock: TranscriptClock,
): PlacedMention[] {
  const byPlace = new Map<string, PlacedMention>();
  const spans = extractions.flatMap(({ entities, relations }) => [
    ...entities,
    ...relations.flatMap(({ subject, object }) => [subject, object]),
  ]);
  for (const span of spans) {
    const mention = placeMention(span, clock);
    if (mention === undefined) continue;
    const known = byPlace.get(mention.place);
    // Two windows may type one place differently; which is heard first must not depend on their order.
    if (known === undefined || mention.type < known.type) byPlace.set(mention.place, mention);
  }
  return [...byPlace.values()].sort(
    (a, b) => a.start - b.start || a.end - b.end || (a.place < b.place ? -1 : 1),
  );
}
