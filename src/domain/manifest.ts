import { z } from 'zod';
import { artifactRefSchema, type ArtifactRef } from './artifact.ts';
import { stageRecordSchema, type StageRecord } from './core-document.ts';

/** A result file. `name` is relative to the job's results. */
export const manifestFileSchema = artifactRefSchema.pick({ sha256: true, bytes: true }).extend({
  name: z.string().min(1),
  mediaType: z.string(),
});

/** A stage and what it ran with. */
export const manifestStageSchema = stageRecordSchema.extend({
  parameters: z.record(z.string(), z.unknown()),
});

/** manifest.json: every file of a job but itself, and how each stage came to its result. */
export const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  jobId: z.string(),
  completedAt: z.iso.datetime(),
  files: z.array(manifestFileSchema),
  stages: z.array(manifestStageSchema),
  costUsd: z.number().nonnegative(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export interface ManifestParts {
  jobId: string;
  completedAt: string;
  files: readonly { name: string; artifact: ArtifactRef }[];
  stages: readonly StageRecord[];
  /** Settings of each stage by its name; stages without settings may be absent. */
  parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ass: 'text/x-ssa',
  csv: 'text/csv',
  gexf: 'application/gexf+xml',
  json: 'application/json',
  lrc: 'text/plain',
  md: 'text/markdown',
  mp4: 'video/mp4',
  srt: 'application/x-subrip',
  ttml: 'application/ttml+xml',
  txt: 'text/plain',
  vtt: 'text/vtt',
};

/** The media type of a result file, by its name. */
export const mediaTypeOf = (fileName: string): string =>
  MEDIA_TYPES[fileName.slice(fileName.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/**
 * Puts manifest.json together, files in order of their names.
 *
 * @throws ZodError when a part breaks the schema
 */
export function buildManifest({ jobId, completedAt, files, stages, parameters }: ManifestParts): Manifest {
  return manifestSchema.parse({
    schemaVersion: 1,
    jobId,
    completedAt,
    files: files
      .map(({ name, artifact }) => ({ ...artifact, name, mediaType: mediaTypeOf(name) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    stages: stages.map((stage) => ({ ...stage, parameters: parameters[stage.name] ?? {} })),
    costUsd: stages.reduce((total, stage) => total + stage.costUsd, 0),
  });
}
