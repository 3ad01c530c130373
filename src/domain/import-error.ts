import { ClipScribeError } from './errors.ts';

/** An imported file that cannot be taken as it is. `line` counts from 1; null: the file as a whole. */
export class ImportError extends ClipScribeError {
  readonly line: number | null;

  constructor(line: number | null, message: string) {
    super('InvalidImport', line === null ? message : `Line ${line}: ${message}`);
    this.line = line;
  }
}

/** Characters of an imported file at most: 24 hours of the densest speech with all its markup. */
const MAXIMUM_CHARACTERS = 16 * 1024 * 1024;

/**
 * The lines of an imported text, whatever ends them, without a byte order mark.
 *
 * @throws ImportError where it is too large, or no text
 */
export function linesOfImport(text: string): string[] {
  if (text.length > MAXIMUM_CHARACTERS)
    throw new ImportError(null, 'The file is larger than 16 MiB, which no transcript is.');
  if (text.includes('\u0000')) throw new ImportError(null, 'The file is not text in UTF-8.');
  return text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
}
