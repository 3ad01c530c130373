import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number from 1 on. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It is a whole number from 1 on.');
  return value;
}
