/** A word that every shell here takes as it is. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Several, for a list. */
export const quotedAll = (texts: readonly string[]): string => texts.map(quoted).join(' ');
