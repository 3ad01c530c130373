import { coreDocumentSchema, type Analysis, type CoreDocument } from './core-document.ts';
import type { KnowledgeGraph } from './knowledge.ts';
import { toBeChecked } from './to-be-checked.ts';
import type { Transcript } from './transcript.ts';

/** What core.json is made of. Stages that were skipped left nothing: null. */
export interface CoreDocumentParts {
  job: CoreDocument['job'];
  video: CoreDocument['video'];
  transcript: Transcript;
  /** The transcript in other languages. */
  translations: readonly Transcript[];
  graph: KnowledgeGraph | null;
  analysis: Analysis | null;
  stages: CoreDocument['stages'];
}

/**
 * Puts core.json together.
 *
 * @throws ZodError when a part breaks the schema, which is a defect of the stage that made it
 */
export function buildCoreDocument(parts: CoreDocumentParts): CoreDocument {
  const { transcript, graph, analysis } = parts;
  return coreDocumentSchema.parse({
    job: parts.job,
    video: parts.video,
    language: transcript.segments.length > 0 ? transcript.language : null,
    segments: transcript.segments,
    speakers: transcript.speakers ?? [],
    overlaps: transcript.overlaps ?? [],
    entities: graph?.nodes ?? [],
    relations: graph?.edges ?? [],
    translations: parts.translations.map(({ language, segments }) => ({ language, segments })),
    chapters: analysis?.chapters ?? [],
    summary: analysis?.summary ?? '',
    highlights: analysis?.highlights ?? [],
    quality: { suspectRanges: toBeChecked(transcript) },
    ...(transcript.corrections && { corrections: transcript.corrections }),
    stages: parts.stages,
  });
}
