import { ClipScribeError } from '../../domain/errors.ts';
import { ImportError } from '../../domain/import-error.ts';
import { importsKey, importsSchema, NO_IMPORTS, type Imports } from '../../domain/import-ground.ts';
import { parseRttm } from '../../domain/import-rttm.ts';
import { parseSubtitles } from '../../domain/import-subtitles.ts';
import { formatClock } from '../../domain/time.ts';
import {
  answer,
  catchUp,
  writeAnew,
  type CorrectingJob,
  type CorrectionAnswer,
  type Correcting,
} from './correct-job.ts';
import { readCorrectable, readDocument } from './stored-corrections.ts';

export const IMPORT_FORMATS = ['srt', 'vtt', 'rttm'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** What can be imported, and taken back. */
export const IMPORT_PARTS = ['transcript', 'speakers'] as const;
export type ImportPart = (typeof IMPORT_PARTS)[number];

const MAXIMUM_ATTEMPTS = 20;

/**
 * Puts the words of a subtitle file, or the speakers of an RTTM file, in place of what the models found, and has the
 * results written anew. Corrections that were made before are carried out on what was imported.
 *
 * @throws ClipScribeError InvalidImport with the line, JobNotFinished, those of the storage and of Temporal
 */
export async function importFile(
  dependencies: Correcting,
  job: CorrectingJob,
  format: ImportFormat,
  text: string,
): Promise<CorrectionAnswer> {
  const imported: Partial<Imports> =
    format === 'rttm' ? { turns: parseRttm(text) } : { cues: await parseSubtitles(text, format) };
  const read = imported.cues ?? imported.turns ?? [];
  const { ground } = await readCorrectable(dependencies.store, job.userId, job.jobId);
  const { durationSeconds } = ground.transcript;
  const count = read.filter(({ start }) => start < durationSeconds).length;
  if (count === 0)
    throw new ImportError(
      null,
      `All of the file lies behind the end of the video, which is ${formatClock(durationSeconds)} long.`,
    );
  await changeImports(dependencies, job, (imports) => ({ ...imports, ...imported }));
  const what = imported.cues ? 'subtitles' : 'turns of speakers';
  const behind = read.length - count;
  const leftOut = behind === 0 ? '' : ` Left out, behind the end of the video: ${behind}.`;
  return answer(`Imported ${what}: ${count}.${leftOut} The results are being written anew.`, []);
}

/**
 * Goes back to what the models found.
 *
 * @throws ClipScribeError NotFound where nothing was imported, and as {@link importFile} does
 */
export async function takeImportBack(
  dependencies: Correcting,
  job: CorrectingJob,
  part: ImportPart,
): Promise<CorrectionAnswer> {
  const member = part === 'transcript' ? 'cues' : 'turns';
  const stored = await readDocument(dependencies.store, importsKey(job.userId, job.jobId), importsSchema);
  if ((stored?.content ?? NO_IMPORTS)[member] !== null) {
    // Refuses jobs that have no ground yet.
    await readCorrectable(dependencies.store, job.userId, job.jobId);
    await changeImports(dependencies, job, (imports) => ({ ...imports, [member]: null }));
  } else if (!(await catchUp(dependencies, job)))
    throw new ClipScribeError('NotFound', `No ${part} was imported into this job.`);
  return answer('The import is taken back; the results are being written anew.', []);
}

async function changeImports(
  dependencies: Correcting,
  job: CorrectingJob,
  change: (imports: Imports) => Imports,
): Promise<void> {
  const { store } = dependencies;
  const key = importsKey(job.userId, job.jobId);
  for (let attempt = 1; ; attempt += 1) {
    const stored = await readDocument(store, key, importsSchema);
    const before = stored?.content ?? NO_IMPORTS;
    const changed = { ...change(before), revision: before.revision + 1 };
    if (await store.putUnchanged(key, JSON.stringify(changed), stored?.version ?? null)) break;
    if (attempt === MAXIMUM_ATTEMPTS)
      throw new ClipScribeError('StorageUnavailable', 'Others keep importing into the same job.');
  }
  await writeAnew(dependencies, job);
}
