const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const ASCII_ONLY = /^[\x20-\x7e]*$/;

/**
 * How much of a subtitle line a text takes, in characters (UTF-16 units, as editors count them). East Asian
 * wide characters take two: broadcasters allow half as many of them.
 */
export function textWidth(text: string): number {
  if (ASCII_ONLY.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : character.length;
  return width;
}
