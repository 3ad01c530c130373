/** Marks that Markdown gives a meaning, GitHub's extensions included, and that a backslash takes it from. */
const MEANINGFUL = /[\\`*_[\]#|~!@$^]/gu;
const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** At the beginning of a block these make lists, and underlines of headings. */
const BLOCK_START = /^(?:([-+=])|(\d{1,9})([.)]))/u;
/** Readers make links of these by themselves. */
const BARE_LINK = /(:)(?=\/\/)|(?<=\bwww)(\.)/giu;

/**
 * Untrusted text as Markdown that shows just this text, on one line: no markup, no HTML, no links, nothing that
 * begins a block (CommonMark 0.31 §2.4, GitHub's tables, autolinks, mentions and formulas).
 */
export const escapeMarkdown = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(MEANINGFUL, '\\$&')
    .replace(/[&<>]/gu, (character) => HTML[character] ?? character)
    .replace(BARE_LINK, '\\$&')
    .replace(
      BLOCK_START,
      (_, mark: string | undefined, digits: string | undefined, dot: string | undefined) =>
        mark === undefined ? `${digits ?? ''}\\${dot ?? ''}` : `\\${mark}`,
    );

const SAFE_URL = /^https?:\/\/[^\s<>\\`\p{Cc}]+$/u;

/** A web address as a link; anything else as plain text. */
export const markdownLink = (url: string): string => (SAFE_URL.test(url) ? `<${url}>` : escapeMarkdown(url));
