import { Conflict, findSpeaker, placeOf, type Change, type CorrectedView } from './corrected-view.ts';
import type { Span } from './corrections.ts';
import { isUnnamed, newSpeakerId, secondsBySpeaker, type Speaker, type Turn } from './speakers.ts';
import type { Segment } from './transcript.ts';
import { joinTurns, turnsOutside, withinSpans } from './turn-changes.ts';
import { divideBySpeaker } from './word-speakers.ts';

/** @throws Conflict where the speaker is gone, is now the same as another one, or the name is somebody else's */
export function renamed(
  view: CorrectedView,
  { speaker: anchor, name }: Change<'rename'>,
  same: boolean,
): CorrectedView {
  const id = findSpeaker(view, anchor, same);
  const namedFor = view.namedFor.get(id);
  const speakers = view.transcript.speakers ?? [];
  if (namedFor !== undefined && namedFor !== anchor.id) {
    const label = speakers.find((speaker) => speaker.id === id)?.label ?? id;
    throw new Conflict(
      `"${name}" and "${label}" are now heard as one voice, which keeps the name "${label}".`,
    );
  }
  const current = speakers.find((speaker) => speaker.id === id);
  // An imported file names people itself, and came later.
  if (!same && namedFor === undefined && current && !isUnnamed(current) && current.label !== name)
    throw new Conflict(`Who was to be called "${name}" has the name "${current.label}" by now.`);
  if (speakers.some((speaker) => speaker.label === name && speaker.id !== id))
    throw new Conflict(`Somebody else is called "${name}" now.`);
  return {
    ...view,
    transcript: {
      ...view.transcript,
      speakers: speakers.map((speaker) => (speaker.id === id ? { ...speaker, label: name } : speaker)),
    },
    namedFor: new Map(view.namedFor).set(id, anchor.id),
  };
}

/**
 * Makes several speakers one, who keeps their name, or takes the only one that the others were given.
 *
 * @throws Conflict where one of the speakers is gone
 */
export function merged(
  view: CorrectedView,
  { speakers, into }: Change<'merge'>,
  same: boolean,
): CorrectedView {
  const target = findSpeaker(view, into, same);
  const merging = new Set(speakers.map((speaker) => findSpeaker(view, speaker, same)));
  const of = (id: string): string => (merging.has(id) ? target : id);
  const all = view.transcript.speakers ?? [];
  const name = nameToTake(all, { merging, target });
  const joined = withSpeakers(view, {
    segments: view.transcript.segments.map((segment) =>
      segment.speaker === null ? segment : { ...segment, speaker: of(segment.speaker) },
    ),
    turns: joinTurns(view.turns.map((turn) => ({ ...turn, speaker: of(turn.speaker) }))),
    speakers: all
      .filter(({ id }) => of(id) === id)
      .map((speaker) => (speaker.id === target ? { ...speaker, label: name ?? speaker.label } : speaker)),
  });
  if (name === undefined) return joined;
  return { ...joined, namedFor: new Map(view.namedFor).set(target, into.id) };
}

/** The name of those who are merged into somebody without one; undefined where there is none, or more than one. */
function nameToTake(
  speakers: readonly Speaker[],
  { merging, target }: { merging: ReadonlySet<string>; target: string },
): string | undefined {
  const all = speakers.filter(({ id }) => id === target || merging.has(id));
  const named = all.filter((speaker) => !isUnnamed(speaker));
  return named.length === 1 && named[0]?.id !== target ? named[0]?.label : undefined;
}

/**
 * Gives words to another speaker, or to somebody new. Segments are divided where their speaker changes.
 *
 * @throws Conflict where the speaker is gone, or nothing is said there
 */
export function reassigned(
  view: CorrectedView,
  { ranges, speaker, name }: Change<'reassign'>,
  same: boolean,
): CorrectedView {
  const speakers = view.transcript.speakers ?? [];
  const known =
    speaker === null ? speakers.find(({ label }) => label === name)?.id : findSpeaker(view, speaker, same);
  const target = known ?? newSpeakerId([...view.heardSpeakers, ...speakers.map(({ id }) => id)]);
  const isMeant = ({ start, end }: Span): boolean =>
    ranges.some((range) => range.start <= (start + end) / 2 && (start + end) / 2 < range.end);
  let count = 0;
  const taken = new Set(view.transcript.segments.map(({ id }) => id));
  const segments = view.transcript.segments.flatMap((segment) => {
    const units = segment.words.length > 0 ? segment.words : [segment];
    const own = segment.speaker ?? '';
    const chosen = units.map((unit) => (isMeant(unit) ? target : own));
    const hits = units.filter(isMeant).length;
    count += hits;
    if (hits === 0) return [segment];
    return divideBySpeaker(segment, chosen).map((part, index) => ({
      ...part,
      id: index === 0 ? part.id : freeId(segment.id, taken),
      speaker: part.speaker === '' ? null : part.speaker,
    }));
  });
  const [first] = ranges;
  if (count === 0) throw new Conflict(`Nothing is said ${placeOf(first)} that "${name}" could have said.`);
  // Ranges may hold silence, which nobody speaks.
  const spoken = withinSpans(
    [...view.turns, ...segments.filter((segment) => segment.speaker === target)],
    ranges,
  );
  const turns = joinTurns([
    ...turnsOutside(view.turns, ranges),
    ...(view.turns.length === 0 ? [] : spoken.map((span) => ({ ...span, speaker: target }))),
  ]);
  const added = known === undefined ? [{ id: target, label: name, seconds: 0 }] : [];
  return withSpeakers(view, { segments, turns, speakers: [...speakers, ...added] });
}

/** Other parts of a divided segment are named after it. */
function freeId(id: string, taken: Set<string>): string {
  for (let number = 2; ; number += 1) {
    const free = `${id}-${number}`;
    if (taken.has(free)) continue;
    taken.add(free);
    return free;
  }
}

/** Speakers who say nothing any more are left out. */
function withSpeakers(
  view: CorrectedView,
  { segments, turns, speakers }: { segments: Segment[]; turns: readonly Turn[]; speakers: Speaker[] },
): CorrectedView {
  const seconds = secondsBySpeaker(turns.length > 0 ? turns : segments);
  const speaking = new Set(segments.map(({ speaker }) => speaker));
  return {
    ...view,
    turns,
    transcript: {
      ...view.transcript,
      segments,
      speakers: speakers
        .filter(({ id }) => seconds.has(id) || speaking.has(id))
        .map((speaker) => ({ ...speaker, seconds: seconds.get(speaker.id) ?? 0 })),
    },
  };
}
