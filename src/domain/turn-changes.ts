import type { Span } from './corrections.ts';
import type { Turn } from './speakers.ts';

/** Turns of one speaker that touch or overlap are one turn. In order of time. */
export function joinTurns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  const last = new Map<string, Turn>();
  for (const turn of turns.toSorted((one, other) => one.start - other.start || one.end - other.end)) {
    const before = last.get(turn.speaker);
    if (before !== undefined && turn.start <= before.end) before.end = Math.max(before.end, turn.end);
    else {
      const next = { ...turn };
      joined.push(next);
      last.set(turn.speaker, next);
    }
  }
  return joined;
}

/** What is left of turns outside of some stretches. */
export function turnsOutside(turns: readonly Turn[], spans: readonly Span[]): Turn[] {
  return spans.reduce<Turn[]>(
    (rest, span) =>
      rest.flatMap((turn) => {
        if (turn.end <= span.start || turn.start >= span.end) return [turn];
        const before = { ...turn, end: span.start };
        const after = { ...turn, start: span.end };
        return [before, after].filter(({ start, end }) => end > start);
      }),
    [...turns],
  );
}

/** What of some stretches lies inside of others. */
export const withinSpans = (stretches: readonly Span[], spans: readonly Span[]): Span[] =>
  spans.flatMap((span) =>
    stretches
      .map(({ start, end }) => ({ start: Math.max(start, span.start), end: Math.min(end, span.end) }))
      .filter(({ start, end }) => end > start),
  );
