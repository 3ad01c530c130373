import type { CliError } from '../cli-error.ts';
import { plain } from './draw.ts';
import { style } from './style.ts';

/** An error as people read it: the cause, and the next step. A cause of several lines keeps them. */
export function errorText({ message, fix }: CliError): string {
  const cause = message.split('\n').map(plain);
  const advice = fix === undefined || fix === '' ? [] : [fix];
  const text = cause.length === 1 ? [...cause, ...advice].join(' ') : [...cause, ...advice].join('\n  ');
  return `${style('red', 'Error:')} ${text}`;
}
