import {
  ParseErrorCode,
  parseText,
  parseVTTTimestamp,
  tokenizeVTTCue,
  type VTTCue,
  type VTTNode,
} from 'media-captions';
import { ImportError, linesOfImport } from './import-error.ts';
import { formatClock, roundToMilliseconds } from './time.ts';
import { visibleName, visiblePieces } from './visible-text.ts';

export const SUBTITLE_IMPORT_FORMATS = ['srt', 'vtt'] as const;
export type SubtitleImportFormat = (typeof SUBTITLE_IMPORT_FORMATS)[number];

/** One cue of a file, in seconds. Text on one line, without markup. */
export interface ImportedCue {
  start: number;
  end: number;
  text: string;
  speaker: string | null;
}

/** A thousand times what is read in a cue; also the limit of how deeply its tags can be nested. */
const MAXIMUM_CUE_CHARACTERS = 10_000;
const TIME_LINE = /^\s*([\d:.,]+)\s*-->\s*([^\s]*)/u;
/** What players take for markup in SubRip, which has no standard. */
const SUBRIP_MARKUP = /<\/?(?:b|i|u|s|font|c|v)\b[^<>]*>|\{\\[^{}]*\}/giu;

/**
 * Reads subtitles as other programs, and people, write them: any line ends, a byte order mark, positions, styles
 * and notes. Speakers are the voices of WebVTT; in SubRip the names before colons, see `withNamesAsSpeakers`.
 * Cues come in order of time, those without visible text are left out, and they may overlap.
 *
 * @throws ImportError with the line, where a time cannot be read, a cue ends before it starts, or no empty line
 *   divides two cues; without one, where the file is not in the format at all
 */
export async function parseSubtitles(text: string, format: SubtitleImportFormat): Promise<ImportedCue[]> {
  const lines = linesOfImport(text);
  if (format === 'vtt' && !/^WEBVTT(?:\s|$)/.test(lines[0] ?? ''))
    throw new ImportError(1, 'A WebVTT file begins with WEBVTT.');
  checkTimeLines(lines);
  const { cues, errors } = await parseText(
    lines.map(format === 'srt' ? withoutPosition : String).join('\n'),
    {
      type: format,
      errors: true,
    },
  );
  // Positions and regions that the parser does not like are of no use here, and no reason to refuse a file.
  const wrong = errors.find(({ code }) => code === ParseErrorCode.BadTimestamp);
  if (wrong !== undefined) throw new ImportError(wrong.line, 'The times cannot be read.');

  const long = cues.find((cue) => cue.text.length > MAXIMUM_CUE_CHARACTERS);
  if (long !== undefined)
    throw new ImportError(
      null,
      `The cue at ${formatClock(long.startTime)} has more text than can be a subtitle.`,
    );

  const read = format === 'vtt' ? cues.flatMap(readWebVttCue) : withNamesAsSpeakers(cues.map(readSubRipCue));
  const visible = read
    .filter((cue) => cue.text !== '')
    .map((cue) => ({ ...cue, start: roundToMilliseconds(cue.start), end: roundToMilliseconds(cue.end) }))
    .sort((one, other) => one.start - other.start);
  if (visible.length === 0) throw new ImportError(null, 'The file has no subtitle with text.');
  return visible;
}

/** Finds what the parser passes over in silence: cues that end before they start, and cues that run together. */
function checkTimeLines(lines: readonly string[]): void {
  let insideCue = false;
  lines.forEach((line, index) => {
    const times = TIME_LINE.exec(line);
    if (times === null) {
      if (line === '') insideCue = false;
      return;
    }
    if (insideCue)
      throw new ImportError(index + 1, 'An empty line is missing between this cue and the one before.');
    insideCue = true;
    const [start, end] = [times[1], times[2]].map((time) =>
      parseVTTTimestamp((time ?? '').replace(',', '.')),
    );
    if (start === null || start === undefined || end === null || end === undefined)
      throw new ImportError(
        index + 1,
        'The times cannot be read; they are written as 00:01:02.345 --> 00:01:04.500.',
      );
    if (end <= start) throw new ImportError(index + 1, 'The cue does not end after it starts.');
  });
}

/** What follows the times of a SubRip cue is no text, though the parser takes it for some. */
const withoutPosition = (line: string): string => TIME_LINE.exec(line)?.[0] ?? line;

const oneLine = (text: string): string =>
  visiblePieces(text)
    .map((piece) => piece.text)
    .join(' ');

const readSubRipCue = ({ startTime, endTime, text }: VTTCue): ImportedCue => ({
  start: startTime,
  end: endTime,
  text: oneLine(text.replace(SUBRIP_MARKUP, '')),
  speaker: null,
});

/** A cue's text by voice: two people in one cue share its time by the length of what they say. */
function readWebVttCue(cue: VTTCue): ImportedCue[] {
  const parts: { speaker: string | null; text: string }[] = [];
  const collect = (nodes: readonly VTTNode[], speaker: string | null): void => {
    for (const node of nodes) {
      if (node.type !== 'text') collect(node.children, node.type === 'v' ? visibleName(node.voice) : speaker);
      else if (parts.at(-1)?.speaker === speaker)
        parts[parts.length - 1] = { speaker, text: `${parts.at(-1)?.text ?? ''}${node.data}` };
      else parts.push({ speaker, text: node.data });
    }
  };
  collect(tokenizeVTTCue(cue), null);
  const said = parts
    .map(({ speaker, text }) => ({ speaker, text: oneLine(text) }))
    .filter(({ text }) => text !== '');
  const characters = said.reduce((total, { text }) => total + text.length, 0);
  let clock = cue.startTime;
  return said.map(({ speaker, text }, index) => {
    const start = clock;
    clock += ((cue.endTime - cue.startTime) * text.length) / characters;
    return { start, end: index === said.length - 1 ? cue.endTime : clock, text, speaker };
  });
}

/** A name: up to four words, the first of which does not begin in lower case, before a colon. */
const NAMED = /^(?:- ?)?(\p{Lu}[^\s:]*|[\p{Lo}\p{N}][^\s:]*)((?: [^\s:]+){0,3}): +(?=\S)/u;

/**
 * SubRip has no voices; people, and we, write a name and a colon where the speaker changes. Names are taken as
 * such where the first cue has one and at least two are there: otherwise `Remember: …` would be one.
 */
function withNamesAsSpeakers(cues: readonly ImportedCue[]): ImportedCue[] {
  const nameOf = (text: string): string | null => {
    const [, first, rest] = NAMED.exec(text) ?? [];
    return first === undefined ? null : first + (rest ?? '');
  };
  const names = new Set(cues.map(({ text }) => nameOf(text)).filter((name) => name !== null));
  if (names.size < 2 || nameOf(cues[0]?.text ?? '') === null) return [...cues];
  let speaker: string | null = null;
  return cues.map((cue) => {
    const name = nameOf(cue.text);
    if (name === null) return { ...cue, speaker };
    speaker = name;
    return { ...cue, speaker, text: cue.text.replace(NAMED, '') };
  });
}
