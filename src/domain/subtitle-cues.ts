import { BREAK_COSTS, breakCost } from './line-breaks.ts';
import { SUBTITLE_RULES, type SubtitleCue } from './subtitle-cue.ts';
import { timeCues } from './subtitle-timing.ts';
import { subtitleTokens, type SubtitleToken } from './subtitle-tokens.ts';
import { textWidth } from './text-width.ts';
import type { Transcript } from './transcript.ts';

const { maximumLineWidth, maximumSeconds, comfortable } = SUBTITLE_RULES;

/** A longer pause than this always ends a cue. */
const CUE_ENDING_PAUSE_SECONDS = 1.5;
/** Names are cut to this, so that text fits beside them. */
const MAXIMUM_NAME_WIDTH = 24;

/** Costs of a cue beside its line breaks, on the scale of BREAK_COSTS. */
const COST = {
  /** Fewer cues are calmer to read. */
  cue: 8,
  /** A broken line per cue end weighs more than inside a cue. */
  endFactor: 2,
  /** A sentence should not end in one cue with the first words of the next. */
  sentenceBegun: 10,
  perSecondOfPauseInside: 6,
  perSecondTooShort: 20,
  perWidthPerSecondTooFast: 3,
  perWidthOfImbalance: 0.05,
};

/** Tokens of one speaker without a long pause. Cues never cross its ends. */
interface Run {
  tokens: SubtitleToken[];
  speaker: string | null;
  speakerPrefix: string | null;
  /** When the next run begins. */
  nextStart: number;
}

/**
 * Divides a transcript into subtitles by the usual broadcast rules: at most two lines of 42 characters and
 * 7 s, broken at clauses and balanced, never after an article where it can be helped.
 *
 * Text is never shortened or moved away from its speech. Where the speech is faster than 17 characters a
 * second, a cue stays on into the pause that follows; it exceeds 20 only where it stays until the next cue
 * begins, that is, where the speech itself is faster. See `timeCues` for the rules of time.
 *
 * The division is the cheapest one (dynamic programming over each run of speech); its cost is linear in the
 * length of the transcript.
 */
export function subtitleCues({ segments, language, durationSeconds }: Transcript): SubtitleCue[] {
  const cues = runsOf(segments, language).flatMap((run) => cuesOfRun(run, language));
  return timeCues(cues, durationSeconds);
}

function runsOf(segments: Transcript['segments'], language: string): Run[] {
  const severalSpeakers = new Set(segments.map((segment) => segment.speaker)).size > 1;
  const runs: Run[] = [];
  for (const segment of segments) {
    for (const token of subtitleTokens(segment, language, maximumLineWidth)) {
      const run = runs.at(-1);
      const pause = token.start - (run?.tokens.at(-1)?.end ?? token.start);
      const changes = run === undefined || run.speaker !== segment.speaker;
      if (run !== undefined && !changes && pause < CUE_ENDING_PAUSE_SECONDS) {
        run.tokens.push(token);
        continue;
      }
      if (run !== undefined) run.nextStart = token.start;
      const speakerPrefix = changes && severalSpeakers ? prefixFor(segment.speaker) : null;
      runs.push({ tokens: [token], speaker: segment.speaker, speakerPrefix, nextStart: Infinity });
    }
  }
  return runs;
}

function prefixFor(speaker: string | null): string | null {
  const name = speaker?.replace(/[\s\p{Cc}]+/gu, ' ').trim() ?? '';
  if (name === '') return null;
  return `${textWidth(name) <= MAXIMUM_NAME_WIDTH ? name : `${[...name].slice(0, MAXIMUM_NAME_WIDTH / 2).join('')}…`}: `;
}

/** The best last cue of the tokens up to some point: where it begins, where its line breaks. */
interface Choice {
  cost: number;
  from: number;
  lineBreak: number | undefined;
}

function cuesOfRun(run: Run, language: string): SubtitleCue[] {
  const { tokens, speaker } = run;
  const firstWidth = tokens[0]?.width ?? 0;
  // A first word that leaves no room for the name goes without it.
  const fits = textWidth(run.speakerPrefix ?? '') + firstWidth <= maximumLineWidth;
  const speakerPrefix = fits ? run.speakerPrefix : null;

  const cues: SubtitleCue[] = [];
  const choices = cheapestDivision({ ...run, speakerPrefix }, language);
  for (let end = tokens.length; end > 0;) {
    const { from, lineBreak } = choices[end] ?? { from: end - 1, lineBreak: undefined };
    const ranges = lineBreak === undefined ? [[from, end]] : [[from, lineBreak], [lineBreak, end]]; // prettier-ignore
    cues.push({
      start: tokens[from]?.start ?? 0,
      end: tokens[end - 1]?.end ?? 0,
      lines: ranges.map(([first, last]) => joinTokens(tokens.slice(first, last))),
      speaker,
      speakerPrefix: from === 0 ? speakerPrefix : null,
    });
    end = from;
  }
  return cues.reverse();
}

const joinTokens = (tokens: readonly SubtitleToken[]): string =>
  tokens.map((token, index) => (index > 0 && token.spaceBefore ? ` ${token.text}` : token.text)).join('');

/** For every number of leading tokens the best last cue of their cheapest division. */
function cheapestDivision(run: Run, language: string): Choice[] {
  const { tokens } = run;
  const prefixWidth = textWidth(run.speakerPrefix ?? '');
  const breaks = tokens.map((token, index) => {
    const before = tokens[index - 1];
    return before === undefined ? 0 : breakCost(before, token, language);
  });
  const measure = lineMeasure(tokens);
  const choices: Choice[] = [{ cost: 0, from: 0, lineBreak: undefined }];

  for (let from = 0; from < tokens.length; from += 1) {
    const room = maximumLineWidth - (from === 0 ? prefixWidth : 0);
    const costSoFar = choices[from]?.cost ?? Infinity;
    let pauseSeconds = 0;
    let sentenceEndsInside = false;
    for (let to = from + 1; to <= tokens.length; to += 1) {
      const alone = to === from + 1;
      if (!alone) {
        pauseSeconds += gapBefore(tokens, to - 1);
        sentenceEndsInside ||= breaks[to - 1] === BREAK_COSTS.sentence;
      }
      const spoken = (tokens[to - 1]?.end ?? 0) - (tokens[from]?.start ?? 0);
      if (!alone && spoken > maximumSeconds) break;
      if (!alone && measure(from, to) > room + maximumLineWidth + 1) break;
      const layout = layOut(from, to, room, measure, breaks);
      if (layout === undefined) continue;
      const endCost = breaks[to] ?? 0;
      const cost =
        costSoFar +
        layout.cost +
        COST.cue +
        COST.endFactor * endCost +
        (sentenceEndsInside && endCost > BREAK_COSTS.clause ? COST.sentenceBegun : 0) +
        COST.perSecondOfPauseInside * pauseSeconds +
        readingCost(run, from, to, measure(from, to));
      if (cost < (choices[to]?.cost ?? Infinity)) choices[to] = { cost, from, lineBreak: layout.lineBreak };
    }
  }
  return choices;
}

const gapBefore = (tokens: readonly SubtitleToken[], index: number): number =>
  Math.max(0, (tokens[index]?.start ?? 0) - (tokens[index - 1]?.end ?? 0));

/** Widths of lines made of tokens [from, to), each in constant time. */
function lineMeasure(tokens: readonly SubtitleToken[]): (from: number, to: number) => number {
  const widthBefore = [0];
  for (const token of tokens) {
    widthBefore.push((widthBefore.at(-1) ?? 0) + token.width + (token.spaceBefore ? 1 : 0));
  }
  return (from, to) =>
    (widthBefore[to] ?? 0) - (widthBefore[from] ?? 0) - (tokens[from]?.spaceBefore === true ? 1 : 0);
}

/** The best way to set tokens [from, to) in one or two lines; undefined where they do not fit. */
function layOut(
  from: number,
  to: number,
  room: number,
  measure: (from: number, to: number) => number,
  breaks: readonly number[],
): { cost: number; lineBreak: number | undefined } | undefined {
  if (measure(from, to) <= room) return { cost: 0, lineBreak: undefined };
  let best: { cost: number; lineBreak: number } | undefined;
  for (let lineBreak = from + 1; lineBreak < to; lineBreak += 1) {
    const upper = measure(from, lineBreak);
    const lower = measure(lineBreak, to);
    if (upper > room) break;
    if (lower > maximumLineWidth) continue;
    const cost = (breaks[lineBreak] ?? 0) + COST.perWidthOfImbalance * Math.abs(upper - lower);
    if (best === undefined || cost < best.cost) best = { cost, lineBreak };
  }
  return best;
}

/** What it costs that a cue cannot stay long enough, or must be read too fast, before the next one comes. */
function readingCost({ tokens, nextStart }: Run, from: number, to: number, width: number): number {
  const seconds = (tokens[to]?.start ?? nextStart) - (tokens[from]?.start ?? 0);
  const tooShort = Math.max(0, comfortable.seconds - seconds);
  const tooFast = Math.min(20, Math.max(0, width / Math.max(seconds, 0.1) - comfortable.widthPerSecond));
  return COST.perSecondTooShort * tooShort + COST.perWidthPerSecondTooFast * tooFast;
}
