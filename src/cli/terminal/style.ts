import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Styles for what goes to standard error: only where that is a terminal that shows them (NO_COLOR is heeded). */
export const style = (format: Format, text: string): string =>
  styleText(format, text, { stream: process.stderr });
