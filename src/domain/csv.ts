/** Formulas of spreadsheet programs begin with these; text from a video must not run as one (CWE-1236). */
const FORMULA_START = /^[=+\-@\t\r]/;

/** A table as CSV (RFC 4180). Texts that a spreadsheet would run are made plain by an apostrophe. */
export const toCsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map((cell) => csvCell(plainCell(cell))).join(',')}\r\n`).join('');

const plainCell = (cell: string | number): string =>
  typeof cell === 'string' && FORMULA_START.test(cell) ? `'${cell}` : String(cell);

const csvCell = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
