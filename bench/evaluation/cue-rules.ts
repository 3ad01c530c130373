import { DOMParser, type Element } from '@xmldom/xmldom';
import { parseSync } from 'subtitle';
import { textWidth } from '../../src/domain/text-width.ts';

/** What docs promise of subtitles, written down here again so that a change of the code does not move it. */
const RULES = {
  mostLines: 2,
  widestLine: 42,
  longestSeconds: 7,
  /** May be exceeded only where the cue stays until the next one begins. */
  fastestWidthPerSecond: 20,
};
/** Formats hold milliseconds. */
const TOLERANCE_SECONDS = 0.0015;

interface Cue {
  startSeconds: number;
  endSeconds: number;
  lines: string[];
}

const PARSERS: Record<string, (text: string) => Cue[]> = {
  srt: parseTimedText,
  vtt: parseTimedText,
  ttml: parseTtml,
};

export const SUBTITLE_ENDINGS = Object.keys(PARSERS);

/**
 * What is wrong in a subtitle file, one sentence each; empty where all cues keep the rules.
 *
 * @param ending of the file's name: one of SUBTITLE_ENDINGS
 */
export function cueViolations(ending: string, text: string, durationSeconds: number): string[] {
  const cues = PARSERS[ending]?.(text) ?? [];
  return cues.flatMap((cue, index) => {
    const limitSeconds = cues[index + 1]?.startSeconds ?? Math.max(durationSeconds, cue.endSeconds);
    return violations(cue, limitSeconds).map((what) => `${ending} cue ${index + 1}: ${what}`);
  });
}

function violations({ startSeconds, endSeconds, lines }: Cue, limitSeconds: number): string[] {
  const seconds = endSeconds - startSeconds;
  const widthPerSecond = textWidth(lines.join(' ')) / (seconds + TOLERANCE_SECONDS);
  const found: [boolean, string][] = [
    [seconds <= 0, 'ends before it begins'],
    [endSeconds > limitSeconds + TOLERANCE_SECONDS, 'overlaps the next'],
    [seconds > RULES.longestSeconds + TOLERANCE_SECONDS, `stays ${seconds.toFixed(1)} s`],
    [lines.length > RULES.mostLines, `has ${lines.length} lines`],
    [lines.length === 0 || lines.some((line) => line.trim() === ''), 'has an empty line'],
    [lines.some((line) => textWidth(line) > RULES.widestLine), 'has a line that is too wide'],
    [
      widthPerSecond > RULES.fastestWidthPerSecond && endSeconds < limitSeconds - TOLERANCE_SECONDS,
      'is too fast, and there was time',
    ],
  ];
  return found.flatMap(([broken, what]) => (broken ? [what] : []));
}

function parseTimedText(text: string): Cue[] {
  return parseSync(text).flatMap((node) =>
    node.type === 'cue'
      ? [
          {
            startSeconds: node.data.start / 1000,
            endSeconds: node.data.end / 1000,
            lines: node.data.text.replace(/<[^>]*>/g, '').split('\n'),
          },
        ]
      : [],
  );
}

function parseTtml(text: string): Cue[] {
  const paragraphs = new DOMParser().parseFromString(text, 'text/xml').getElementsByTagName('p');
  return Array.from(paragraphs).map((paragraph) => ({
    startSeconds: clockSeconds(paragraph.getAttribute('begin') ?? ''),
    endSeconds: clockSeconds(paragraph.getAttribute('end') ?? ''),
    lines: ttmlText(paragraph).trim().split('\n'),
  }));
}

const ttmlText = (element: Element): string =>
  Array.from(element.childNodes)
    .map((child) => {
      if (child.nodeName === 'br') return '\n';
      return child.nodeType === child.TEXT_NODE
        ? (child.nodeValue ?? '').replace(/\s+/g, ' ')
        : ttmlText(child as Element);
    })
    .join('');

/** `HH:MM:SS.mmm` in seconds. */
const clockSeconds = (text: string): number =>
  text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
