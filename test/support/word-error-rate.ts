const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];

/** Words that must be inserted, deleted or replaced, per word that was said (Levenshtein distance over words). */
export function wordErrorRate(said: string, heard: string): number {
  const expected = wordsOf(said);
  const found = wordsOf(heard);
  let row = found.map((_, index) => index + 1);
  row.unshift(0);
  for (const [index, word] of expected.entries()) {
    const next = [index + 1];
    for (const [column, other] of found.entries()) {
      const replaced = (row[column] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / expected.length;
}
