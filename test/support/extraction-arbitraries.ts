import fc from 'fast-check';
import type { EntitySpan, Extraction, RelationSpan } from '../../src/domain/knowledge.ts';
import { ENTITY_TYPES } from '../../src/domain/knowledge.ts';
import type { Segment } from '../../src/domain/transcript.ts';

/** Spans on words of the segments, a few of them as wrong as a careless extractor makes them. */
export function extractionsArbitrary(segments: readonly Segment[]): fc.Arbitrary<Extraction[]> {
  if (segments.length === 0) return fc.constant([]);
  const spanArbitrary: fc.Arbitrary<EntitySpan> = fc
    .tuple(
      fc.constantFrom(...segments),
      fc.nat(200),
      fc.integer({ min: 1, max: 25 }),
      fc.constantFrom(...ENTITY_TYPES),
      fc.nat(20),
    )
    .map(([segment, offset, length, type, fault]) => {
      const startCharacter = offset % segment.text.length;
      const text = segment.text.slice(startCharacter, startCharacter + length);
      return {
        segmentId: fault === 0 ? 'unknown' : segment.id,
        text: fault === 1 ? 'not in the text' : text,
        type,
        startCharacter: fault === 2 ? startCharacter + 3 : startCharacter,
        endCharacter: startCharacter + text.length,
      };
    });
  const relationArbitrary: fc.Arbitrary<RelationSpan> = fc.record({
    subject: spanArbitrary,
    predicate: fc.constantFrom('meet', 'Meet ', 'ask', '--'),
    object: spanArbitrary,
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    quote: fc.constantFrom('They met.', ...segments.slice(0, 5).map((segment) => segment.text)),
  });
  return fc.array(
    fc.record({
      languageSupported: fc.constant(true),
      entities: fc.array(spanArbitrary, { maxLength: 20 }),
      relations: fc.array(relationArbitrary, { maxLength: 8 }),
    }),
    { maxLength: 4 },
  );
}
