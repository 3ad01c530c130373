import type { Errors } from './scorer.ts';

/** Errors over several recordings: the sum of errors over the sum of lengths, not a mean of rates. */
export const sumErrors = (all: readonly Errors[]): Errors => ({
  errors: all.reduce((total, { errors }) => total + errors, 0),
  length: all.reduce((total, { length }) => total + length, 0),
});

/** A rate for people; of nothing it is a dash. */
export const percent = ({ errors, length }: Errors): string =>
  length > 0 ? `${((errors / length) * 100).toFixed(2)} %` : '–';
