import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What is known of a recording: files are relative to the manifest's folder. */
const manifestEntrySchema = z.object({
  file: z.string(),
  duration_s: z.number().nullish(),
  language: z.string().nullish(),
  reference_text: z.string().nullish(),
  /** Who speaks when, as RTTM. */
  rttm: z.string().nullish(),
  /** What each speaker says, where the recording was joined of single readers. */
  texts: z.record(z.string(), z.string()).nullish(),
});
export type ManifestEntry = z.infer<typeof manifestEntrySchema>;

export const manifestSchema = z.array(manifestEntrySchema);

/** The recordings of a folder of media, from its manifest.json. */
export const readManifest = (mediaFolder: string): ManifestEntry[] =>
  manifestSchema.parse(JSON.parse(readFileSync(join(mediaFolder, 'manifest.json'), 'utf8')));
