import { markdownTable } from '../table.ts';

/** What every scenario is given. */
export interface LoadOptions {
  /** Decides durations, arrivals and orders. */
  seed: number;
  /** 1 is what the targets speak of; less is smaller and quicker. */
  scale: number;
}

/** One line of the table. */
export interface LoadRow {
  scenario: string;
  measured: string;
  control: string;
  target: string;
  /** Whether the target is met; null: a control, or a number without a target. */
  holds: boolean | null;
}

export type Scenario = (options: LoadOptions) => Promise<LoadRow[]>;

/** A number of the full size at this scale, never less than `least`. */
export const scaled = (full: number, { scale }: LoadOptions, least = 1): number =>
  Math.max(least, Math.round(full * scale));

export const loadTable = (rows: readonly LoadRow[]): string =>
  markdownTable(
    ['scenario', 'measured', 'control', 'target', 'met'],
    rows.map(({ scenario, measured, control, target, holds }) => [
      ...[scenario, measured, control, target],
      holds === null ? '' : holds ? 'yes' : 'NO',
    ]),
  );
