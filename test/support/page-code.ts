import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** A code block of a page, with the file that it is for. */
export interface PageBlock {
  file: string;
  lines: string[];
}

/** The blocks of docs/adding-a-job.md that are whole files (`ts`) or changes of files (`diff`), in their order. */
export function pageBlocks(kind: 'ts' | 'diff'): PageBlock[] {
  const page = readFileSync(join(CHECKOUT, 'docs', 'adding-a-job.md'), 'utf8');
  return [...page.matchAll(new RegExp(`^\`\`\`${kind} file=(\\S+)\\n(.*?)^\`\`\`$`, 'gmsu'))].map(
    ([, file = '', code = '']) => ({ file, lines: code.replace(/\n$/u, '').split('\n') }),
  );
}

/**
 * Puts the lines with `+` below the line that the block shows before them, or in place of one with `-`.
 *
 * @throws Error where that line is not in the content exactly once
 */
export function changed(content: string, { file, lines }: PageBlock): string {
  const [shown = '', ...others] = lines.filter((line) => !line.startsWith('+'));
  const added = lines.filter((line) => line.startsWith('+')).map((line) => line.slice(1));
  const before = content.split('\n');
  const places = before.flatMap((line, index) => (line === shown.slice(1) ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1 || others.length > 0)
    throw new Error(`${file} has ${places.length} lines "${shown.slice(1)}" for docs/adding-a-job.md.`);
  return (
    shown.startsWith('-') ? before.toSpliced(place, 1, ...added) : before.toSpliced(place + 1, 0, ...added)
  ).join('\n');
}
