import type { TranscriptClock } from './entity-mentions.ts';
import type { EntitySpan, Relation, RelationSpan } from './knowledge.ts';

const LONGEST_PREDICATE = 100;
const SURROUNDING_PUNCTUATION = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

export interface RelationContext {
  clock: TranscriptClock;
  /** The canonical entity of a span, where it has one. */
  entityIdOf: (span: EntitySpan) => string | undefined;
}

/**
 * Merges relations that say the same of the same entities: one relation with every place where it is said. Each
 * place is independent evidence, so the confidence is that of at least one being right: 1 − ∏(1 − cᵢ).
 * Relations of an entity with itself, which aliases can bring about, are left out.
 */
export function mergeRelations(spans: readonly RelationSpan[], context: RelationContext): Relation[] {
  const merged = new Map<string, { relation: Relation; doubt: Map<string, number> }>();
  for (const span of spans) {
    const subject = context.entityIdOf(span.subject);
    const object = context.entityIdOf(span.object);
    const predicate = normalisePredicate(span.predicate);
    if (subject === undefined || object === undefined || subject === object || predicate === '') continue;
    const key = JSON.stringify([subject, predicate, object]);
    const known = merged.get(key) ?? {
      relation: { subject, predicate, object, confidence: 0, evidence: [] },
      doubt: new Map<string, number>(),
    };
    merged.set(key, known);

    const place = `${span.subject.segmentId} ${span.quote}`;
    if (!known.doubt.has(place)) known.relation.evidence.push(evidenceOf(span, context.clock));
    known.doubt.set(place, Math.min(known.doubt.get(place) ?? 1, 1 - span.confidence));
  }
  return [...merged.values()].map(finished).sort(byFirstEvidence);
}

/** Predicates of the same verb are equal however they were written. */
const normalisePredicate = (predicate: string): string =>
  predicate
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\p{Cc}_]+/gu, ' ')
    .replace(SURROUNDING_PUNCTUATION, '')
    .slice(0, LONGEST_PREDICATE);

function evidenceOf(span: RelationSpan, clock: TranscriptClock): Relation['evidence'][number] {
  const { segmentId } = span.subject;
  const place = clock.locate(segmentId, span.quote, 0);
  return { segmentId, start: place?.start ?? 0, end: place?.end ?? 0, quote: span.quote };
}

function finished({ relation, doubt }: { relation: Relation; doubt: ReadonlyMap<string, number> }): Relation {
  const doubtOfAll = [...doubt.values()].reduce((product, one) => product * one, 1);
  return {
    ...relation,
    confidence: Math.round((1 - doubtOfAll) * 1000) / 1000,
    evidence: relation.evidence.toSorted((a, b) => a.start - b.start || (a.quote < b.quote ? -1 : 1)),
  };
}

function byFirstEvidence(a: Relation, b: Relation): number {
  const difference = (a.evidence[0]?.start ?? 0) - (b.evidence[0]?.start ?? 0);
  const nameOf = ({ subject, predicate, object }: Relation): string => `${subject} ${predicate} ${object}`;
  return difference !== 0 ? difference : nameOf(a) < nameOf(b) ? -1 : 1;
}
