import type { SubtitleToken } from './subtitle-tokens.ts';

/** On the scale of BREAK_COSTS, per character of difference between two neighbouring lines. */
const COST_PER_WIDTH_OF_IMBALANCE = 0.05;

/** The width of a line made of tokens [from, to). */
export type LineMeasure = (from: number, to: number) => number;

/** Widths of lines made of tokens [from, to), each in constant time. */
export function lineMeasure(tokens: readonly SubtitleToken[]): LineMeasure {
  const widthBefore = [0];
  for (const token of tokens) {
    widthBefore.push((widthBefore.at(-1) ?? 0) + token.width + (token.spaceBefore ? 1 : 0));
  }
  return (from, to) =>
    (widthBefore[to] ?? 0) - (widthBefore[from] ?? 0) - (tokens[from]?.spaceBefore === true ? 1 : 0);
}

export interface LineSpace {
  /** Width of the first line; a name may stand before it. */
  firstWidth: number;
  /** Width of the lines below it. */
  width: number;
  maximumLines: number;
}

/** Where lines break, as indexes of the tokens that begin the second and later lines. */
export interface LineLayout {
  cost: number;
  lineBreaks: number[];
}

/**
 * The best way to set tokens [from, to) in as few lines as they need; undefined where they do not fit.
 *
 * @param breaks what a break before each token costs
 */
export function layOut(
  from: number,
  to: number,
  { firstWidth, width, maximumLines }: LineSpace,
  measure: LineMeasure,
  breaks: readonly number[],
): LineLayout | undefined {
  for (let lines = 1; lines <= maximumLines; lines += 1) {
    const layout = inLines(lines, from, firstWidth);
    if (layout !== undefined) return { cost: layout.cost, lineBreaks: layout.lineBreaks };
  }
  return undefined;

  function inLines(lines: number, begin: number, room: number): (LineLayout & { upper: number }) | undefined {
    if (lines === 1) {
      const upper = measure(begin, to);
      return upper <= room ? { cost: 0, lineBreaks: [], upper } : undefined;
    }
    if (measure(begin, to) > room + (lines - 1) * (width + 1)) return undefined;
    let best: (LineLayout & { upper: number }) | undefined;
    for (let lineBreak = begin + 1; lineBreak < to; lineBreak += 1) {
      const upper = measure(begin, lineBreak);
      if (upper > room) break;
      const rest = inLines(lines - 1, lineBreak, width);
      if (rest === undefined) continue;
      const imbalance = COST_PER_WIDTH_OF_IMBALANCE * Math.abs(upper - rest.upper);
      const cost = (breaks[lineBreak] ?? 0) + imbalance + rest.cost;
      if (best === undefined || cost < best.cost) {
        best = { cost, lineBreaks: [lineBreak, ...rest.lineBreaks], upper };
      }
    }
    return best;
  }
}
