import { BREAK_COSTS, breakCost } from './line-breaks.ts';
import { segmenterFor } from './sentences.ts';
import type { SubtitleCue } from './subtitle-cue.ts';
import { layOut, lineMeasure } from './subtitle-lines.ts';
import { baseLanguage, subtitleRules, type SubtitleRules } from './subtitle-rules.ts';
import type { SubtitleSettings } from './subtitle-settings.ts';
import { timeCues } from './subtitle-timing.ts';
import { spaceBetween, subtitleTokens, type SubtitleToken } from './subtitle-tokens.ts';
import { textWidth } from './text-width.ts';
import type { Transcript } from './transcript.ts';
import { visibleName } from './visible-text.ts';

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
 * Divides a transcript into subtitles by the usual broadcast rules, as the settings and the transcript's language
 * have them (see `subtitleRules`): by default at most two lines of 42 characters and 7 s, broken at clauses and
 * balanced, never after an article where it can be helped.
 *
 * Text is never shortened or moved away from its speech. Where the speech is faster than is comfortable to read,
 * a cue stays on into the pause that follows; it exceeds the limit only where it stays until the next cue begins,
 * that is, where the speech itself is faster. See `timeCues` for the rules of time.
 *
 * The division is the cheapest one (dynamic programming over each run of speech); its cost is linear in the
 * length of the transcript.
 */
export function subtitleCues(transcript: Transcript, settings: SubtitleSettings = {}): SubtitleCue[] {
  const { segments, durationSeconds } = transcript;
  const language = baseLanguage(transcript.language);
  const rules = subtitleRules(settings, language);
  const cues = runsOf(segments, language, rules).flatMap((run) => cuesOfRun(run, language, rules));
  return timeCues(cues, durationSeconds, rules);
}

function runsOf(segments: Transcript['segments'], language: string, rules: SubtitleRules): Run[] {
  const severalSpeakers = new Set(segments.map((segment) => segment.speaker)).size > 1;
  const runs: Run[] = [];
  for (const segment of segments) {
    for (const token of subtitleTokens(segment, language, rules.maximumLineWidth)) {
      const run = runs.at(-1);
      const last = run?.tokens.at(-1);
      const pause = token.start - (last?.end ?? token.start);
      const changes = run === undefined || run.speaker !== segment.speaker;
      if (run !== undefined && !changes && pause < CUE_ENDING_PAUSE_SECONDS) {
        const spaceBefore = token.spaceBefore && spaceBetween(last?.text ?? '', token.text);
        run.tokens.push({ ...token, spaceBefore });
        continue;
      }
      if (run !== undefined) run.nextStart = token.start;
      const showsName = changes && severalSpeakers && rules.namesSpeakers;
      const speakerPrefix = showsName ? prefixFor(segment.speaker, rules) : null;
      runs.push({ tokens: [token], speaker: segment.speaker, speakerPrefix, nextStart: Infinity });
    }
  }
  return runs;
}

function prefixFor(speaker: string | null, { maximumLineWidth }: SubtitleRules): string | null {
  const name = visibleName(speaker);
  if (name === null) return null;
  const maximumWidth = Math.min(MAXIMUM_NAME_WIDTH, Math.floor(maximumLineWidth / 2));
  return `${textWidth(name) <= maximumWidth ? name : cutTo(name, maximumWidth)}: `;
}

/** The beginning of a name, with a mark that it goes on. */
function cutTo(name: string, maximumWidth: number): string {
  let shown = '';
  for (const { segment } of segmenterFor('und', 'grapheme').segment(name)) {
    if (textWidth(`${shown}${segment}…`) > maximumWidth) break;
    shown += segment;
  }
  return `${shown.trimEnd()}…`;
}

/** The best last cue of the tokens up to some point: where it begins, where its lines break. */
interface Choice {
  cost: number;
  from: number;
  lineBreaks: number[];
}

function cuesOfRun(run: Run, language: string, rules: SubtitleRules): SubtitleCue[] {
  const { tokens, speaker } = run;
  const firstWidth = tokens[0]?.width ?? 0;
  // A first word that leaves no room for the name goes without it.
  const fits = textWidth(run.speakerPrefix ?? '') + firstWidth <= rules.maximumLineWidth;
  const speakerPrefix = fits ? run.speakerPrefix : null;

  const cues: SubtitleCue[] = [];
  const choices = cheapestDivision({ ...run, speakerPrefix }, language, rules);
  for (let end = tokens.length; end > 0;) {
    const { from, lineBreaks } = choices[end] ?? { from: end - 1, lineBreaks: [] };
    const borders = [from, ...lineBreaks, end];
    cues.push({
      start: tokens[from]?.start ?? 0,
      end: tokens[end - 1]?.end ?? 0,
      lines: borders.slice(1).map((border, line) => joinTokens(tokens.slice(borders[line], border))),
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
function cheapestDivision(run: Run, language: string, rules: SubtitleRules): Choice[] {
  const { tokens } = run;
  const { maximumLineWidth: width, maximumLines, maximumSeconds } = rules;
  const prefixWidth = textWidth(run.speakerPrefix ?? '');
  const breaks = tokens.map((token, index) => {
    const before = tokens[index - 1];
    return before === undefined ? 0 : breakCost(before, token, language);
  });
  const measure = lineMeasure(tokens);
  const choices: Choice[] = [{ cost: 0, from: 0, lineBreaks: [] }];

  for (let from = 0; from < tokens.length; from += 1) {
    const firstWidth = width - (from === 0 ? prefixWidth : 0);
    const costSoFar = choices[from]?.cost ?? Infinity;
    const last = Math.min(tokens.length, from + (rules.maximumWords ?? Infinity));
    let pauseSeconds = 0;
    let sentenceEndsInside = false;
    for (let to = from + 1; to <= last; to += 1) {
      const alone = to === from + 1;
      if (!alone) {
        pauseSeconds += gapBefore(tokens, to - 1);
        sentenceEndsInside ||= breaks[to - 1] === BREAK_COSTS.sentence;
      }
      const spoken = (tokens[to - 1]?.end ?? 0) - (tokens[from]?.start ?? 0);
      if (!alone && spoken > maximumSeconds) break;
      if (!alone && measure(from, to) > firstWidth + (maximumLines - 1) * (width + 1)) break;
      const layout = layOut(from, to, { firstWidth, width, maximumLines }, measure, breaks);
      if (layout === undefined) continue;
      const endCost = breaks[to] ?? 0;
      const cost =
        costSoFar +
        layout.cost +
        COST.cue +
        COST.endFactor * endCost +
        (sentenceEndsInside && endCost > BREAK_COSTS.clause ? COST.sentenceBegun : 0) +
        COST.perSecondOfPauseInside * pauseSeconds +
        readingCost(run, from, to, measure(from, to), rules);
      if (cost < (choices[to]?.cost ?? Infinity)) choices[to] = { cost, from, lineBreaks: layout.lineBreaks };
    }
  }
  return choices;
}

const gapBefore = (tokens: readonly SubtitleToken[], index: number): number =>
  Math.max(0, (tokens[index]?.start ?? 0) - (tokens[index - 1]?.end ?? 0));

/** What it costs that a cue cannot stay long enough, or must be read too fast, before the next one comes. */
function readingCost(
  { tokens, nextStart }: Run,
  from: number,
  to: number,
  width: number,
  { comfortable }: SubtitleRules,
): number {
  const seconds = (tokens[to]?.start ?? nextStart) - (tokens[from]?.start ?? 0);
  const tooShort = Math.max(0, comfortable.seconds - seconds);
  const tooFast = Math.min(20, Math.max(0, width / Math.max(seconds, 0.1) - comfortable.widthPerSecond));
  return COST.perSecondTooShort * tooShort + COST.perWidthPerSecondTooFast * tooFast;
}
