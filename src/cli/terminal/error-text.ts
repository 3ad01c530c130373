import type { CliError } from '../cli-error.ts';
import { plain } from './draw.ts';
import { style } from './style.ts';

/** An error as people read it: the cause, and the next step. */
export const errorText = ({ message, fix }: CliError): string =>
  `${style('red', 'Error:')} ${plain(message)}${fix === undefined || fix === '' ? '' : ` ${fix}`}`;
