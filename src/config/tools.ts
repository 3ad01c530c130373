import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { homeFolders } from './home.ts';
import { SettingsError } from './settings.ts';

/** Absolute paths of the programs that set-up found or installed. */
const toolsSchema = z.object({
  ffmpeg: z.string().min(1),
  ffprobe: z.string().min(1),
  ytDlp: z.string().min(1),
  python: z.string().min(1),
  /** Null where a Temporal server is reached by address. */
  temporal: z.string().min(1).nullable(),
  modelsDirectory: z.string().min(1),
});
export type Tools = z.infer<typeof toolsSchema>;

/**
 * Reads tools.json, which set-up writes.
 *
 * @throws SettingsError where set-up has not run
 */
export function loadTools(home: string): Tools {
  const path = join(homeFolders(home).tools, 'tools.json');
  try {
    return toolsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new SettingsError(
      `Set-up has not finished (${path} is missing or not valid): run \`npm start\` once.`,
      {
        cause,
      },
    );
  }
}
