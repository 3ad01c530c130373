import { DOMParser, type Element } from '@xmldom/xmldom';
import { parseSync } from 'subtitle';
import type { SubtitleRules } from '../../src/domain/subtitle-rules.ts';
import { textWidth } from '../../src/domain/text-width.ts';

/** The finest time that all formats hold. */
const TOLERANCE_SECONDS = 0.011;

interface Cue {
  startSeconds: number;
  endSeconds: number;
  lines: string[];
}

/** The formats with an end time per cue, read back as a player would. */
const PARSERS: Record<string, (text: string) => Cue[]> = {
  srt: parseTimedText,
  vtt: parseTimedText,
  ttml: parseTtml,
  ass: parseAss,
};

/** Endings of the files that are checked. */
export const SUBTITLE_ENDINGS = Object.keys(PARSERS);

/**
 * What is wrong in a subtitle file, one sentence each; empty where all cues keep the rules.
 *
 * @param ending of the file's name: one of SUBTITLE_ENDINGS
 */
export function cueViolations(
  ending: string,
  text: string,
  { rules, durationSeconds }: { rules: SubtitleRules; durationSeconds: number },
): string[] {
  const cues = PARSERS[ending]?.(text) ?? [];
  return cues.flatMap((cue, index) => {
    const limitSeconds = cues[index + 1]?.startSeconds ?? Math.max(durationSeconds, cue.endSeconds);
    return violations(cue, limitSeconds, rules).map((what) => `${ending} cue ${index + 1}: ${what}`);
  });
}

function violations(
  { startSeconds, endSeconds, lines }: Cue,
  limitSeconds: number,
  rules: SubtitleRules,
): string[] {
  const seconds = endSeconds - startSeconds;
  const couldStay = endSeconds < limitSeconds - TOLERANCE_SECONDS;
  const widthPerSecond = textWidth(lines.join(' ')) / (seconds + TOLERANCE_SECONDS);
  const found: [boolean, string][] = [
    [seconds <= 0, 'ends before it begins'],
    [endSeconds > limitSeconds + TOLERANCE_SECONDS, 'overlaps the next'],
    [seconds > rules.maximumSeconds + TOLERANCE_SECONDS, `stays ${seconds.toFixed(1)} s`],
    [lines.length > rules.maximumLines, `has ${lines.length} lines`],
    [lines.length === 0 || lines.some((line) => line.trim() === ''), 'has an empty line'],
    [lines.some((line) => textWidth(line) > rules.maximumLineWidth), 'has a line that is too wide'],
    [widthPerSecond > rules.tolerable.widthPerSecond && couldStay, 'is too fast, and there was time'],
    [seconds < rules.tolerable.seconds - TOLERANCE_SECONDS && couldStay, 'is too short, and there was time'],
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
            lines: shown(node.data.text.replace(/<[^>]*>/g, '')).split('\n'),
          },
        ]
      : [],
  );
}

/** Without WebVTT's escapes and the marks of direction, which take no room. */
const shown = (text: string): string =>
  text
    .replace(/&(rlm|lrm);|[\u200e\u200f\u202a-\u202e]/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

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

/** The tenth field of a dialogue line is the text, commas and all. */
function parseAss(text: string): Cue[] {
  const dialogues = text.matchAll(/^Dialogue: \d+,([\d:.]+),([\d:.]+),(?:[^,]*,){6}(.*)$/gm);
  return [...dialogues].map(([, start = '', end = '', body = '']) => ({
    startSeconds: clockSeconds(start),
    endSeconds: clockSeconds(end),
    lines: shown(body.replace(/\{[^}]*\}/g, '')).split('\\N'),
  }));
}

/** `HH:MM:SS.mmm` in seconds. */
const clockSeconds = (text: string): number =>
  text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
