/** Text as HTML in which LibreTranslate leaves names as they are. */
export function withProtectedNames(text: string, names: readonly string[]): string {
  const longestFirst = names.toSorted((one, other) => other.length - one.length).map(escapeExpression);
  if (longestFirst.length === 0) return escapeHtml(text);
  const parts = text.split(new RegExp(`(${longestFirst.join('|')})`, 'iu'));
  // Every second part is a name.
  return parts
    .map((part, index) =>
      index % 2 === 1 ? `<span translate="no">${escapeHtml(part)}</span>` : escapeHtml(part),
    )
    .join('');
}

/** The text of such an answer. */
export const withoutMarks = (html: string): string =>
  html
    .replace(/<\/?span(\s[^<>]*)?>/giu, '')
    .replace(/&(amp|lt|gt|quot|#39|#x27);/giu, (_entity, name: string) => ENTITIES[name.toLowerCase()] ?? '');

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
};

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const escapeExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
