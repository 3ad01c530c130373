import { ImportError, linesOfImport } from './import-error.ts';
import { visibleName } from './visible-text.ts';

/** Somebody speaks from `start` to `end`, in seconds. Turns of different speakers may overlap. */
export interface ImportedTurn {
  start: number;
  end: number;
  speaker: string;
}

/** The other types of NIST's RTTM; they say nothing about who speaks when. */
const OTHER_TYPES = new Set(
  'NOSCORE NO_RT_METADATA SEGMENT LEXEME NON-LEX NON-SPEECH FILLER EDIT SU IP CB A/P SPKR-INFO'.split(' '),
);
/** Seconds; beyond it a time is a mistake, such as milliseconds. */
const LATEST_SECONDS = 30 * 24 * 3600;

/**
 * Reads RTTM (NIST Rich Transcription Evaluation Plan, 2009): lines of nine or ten fields, `SPEAKER file channel
 * onset duration <NA> <NA> name confidence <NA>`. Comments (`;;`) and other types are passed over. Turns come in
 * order of time; those of no length are left out.
 *
 * @throws ImportError with the line, where a field is missing or no number, or where the file is about several
 *   recordings; without one, where nobody speaks in it
 */
export function parseRttm(text: string): ImportedTurn[] {
  const turns: ImportedTurn[] = [];
  let recording: string | undefined;
  linesOfImport(text).forEach((line, index) => {
    const fields = line.trim().split(/\s+/);
    const [type = '', file, , onset, duration, , , name] = fields;
    if (type === '' || type.startsWith(';;') || OTHER_TYPES.has(type)) return;
    const number = index + 1;
    if (type !== 'SPEAKER') throw new ImportError(number, 'An RTTM line begins with SPEAKER.');
    if (fields.length !== 9 && fields.length !== 10)
      throw new ImportError(number, `A SPEAKER line has nine or ten fields, and this one ${fields.length}.`);
    recording ??= file;
    if (file !== recording)
      throw new ImportError(number, 'The file is about several recordings; give the lines of one.');
    const start = secondsOf(onset, 'onset', number);
    const seconds = secondsOf(duration, 'duration', number);
    const speaker = visibleName(name ?? null);
    if (speaker === null || speaker === '<NA>') throw new ImportError(number, 'The speaker has no name.');
    if (seconds > 0) turns.push({ start, end: start + seconds, speaker });
  });
  if (turns.length === 0) throw new ImportError(null, 'The file has no SPEAKER line.');
  return turns.sort((one, other) => one.start - other.start || one.end - other.end);
}

function secondsOf(field: string | undefined, name: string, line: number): number {
  const seconds = /^\d*\.?\d+(?:e-?\d+)?$|^\d+\.$/iu.test(field ?? '') ? Number(field) : NaN;
  if (!(seconds >= 0 && seconds <= LATEST_SECONDS))
    throw new ImportError(line, `The ${name} is not a number of seconds.`);
  return seconds;
}
