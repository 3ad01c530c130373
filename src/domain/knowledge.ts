import { z } from 'zod';

/** The entity types of the results (the spaCy OntoNotes labels that name something, not bare numbers). */
export const ENTITY_TYPES = [
  'PERSON',
  'ORG',
  'GPE',
  'LOC',
  'DATE',
  'MONEY',
  'EVENT',
  'PRODUCT',
  'LAW',
  'NORP',
  'WORK_OF_ART',
  'FAC',
  'PERCENT',
] as const;
export const entityTypeSchema = z.enum(ENTITY_TYPES);
export type EntityType = z.infer<typeof entityTypeSchema>;

/** A named thing as an extractor saw it in one segment. Characters index the segment's text. */
export const entitySpanSchema = z.object({
  segmentId: z.string(),
  text: z.string().min(1),
  type: entityTypeSchema,
  startCharacter: z.number().int().nonnegative(),
  endCharacter: z.number().int().positive(),
});
export type EntitySpan = z.infer<typeof entitySpanSchema>;

/** Two entities and the verb that joins them in one sentence, as an extractor saw it. */
export const relationSpanSchema = z.object({
  subject: entitySpanSchema,
  predicate: z.string().min(1),
  object: entitySpanSchema,
  confidence: z.number().min(0).max(1),
  /** The sentence, as spoken. */
  quote: z.string(),
});
export type RelationSpan = z.infer<typeof relationSpanSchema>;

/** What an extractor found in one window of segments. */
export const extractionSchema = z.object({
  /** False when the extractor has no model for the language: then both lists are empty. */
  languageSupported: z.boolean(),
  entities: z.array(entitySpanSchema),
  relations: z.array(relationSpanSchema),
});
export type Extraction = z.infer<typeof extractionSchema>;

/** What was found in the languages of one window; supported where one of them was. */
export const joinExtractions = (extractions: readonly Extraction[]): Extraction => ({
  languageSupported: extractions.some(({ languageSupported }) => languageSupported),
  entities: extractions.flatMap(({ entities }) => entities),
  relations: extractions.flatMap(({ relations }) => relations),
});

/** One place where an entity is named. Seconds. */
export const mentionSchema = z.object({ segmentId: z.string(), start: z.number(), end: z.number() });

/** A canonical entity with all its mentions in order of time. */
export const entitySchema = z.object({
  id: z.string(),
  name: z.string().min(1),
  type: entityTypeSchema,
  aliases: z.array(z.string()),
  mentions: z.array(mentionSchema).min(1),
});
export type Entity = z.infer<typeof entitySchema>;

/** Where a relation is said. Seconds. */
export const evidenceSchema = z.object({
  segmentId: z.string(),
  start: z.number(),
  end: z.number(),
  quote: z.string(),
});

/** A directed relation between two canonical entities (ids), with every place where it is said. */
export const relationSchema = z.object({
  subject: z.string(),
  predicate: z.string().min(1),
  object: z.string(),
  confidence: z.number().min(0).max(1),
  evidence: z.array(evidenceSchema).min(1),
});
export type Relation = z.infer<typeof relationSchema>;

/** The knowledge graph: nodes are entities, edges are relations, both with evidence times. */
export const knowledgeGraphSchema = z.object({
  nodes: z.array(entitySchema),
  edges: z.array(relationSchema),
});
export type KnowledgeGraph = z.infer<typeof knowledgeGraphSchema>;
