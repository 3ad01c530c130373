import type { CommandContext } from './command-context.ts';

/** What `jsonOption` leaves behind. */
export interface JsonFlag {
  json?: boolean | undefined;
}

/** Prints an answer of the API: as it is with `--json`, else the text. */
export function printAnswer(
  { terminal }: Pick<CommandContext, 'terminal'>,
  answer: unknown,
  text: string,
  { json }: JsonFlag,
): void {
  terminal.stdout.write(`${json ? JSON.stringify(answer) : text}\n`);
}
