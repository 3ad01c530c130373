const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
/** Vowels and tones above and below the letters of South East Asia take no room of their own in a line. */
const MARK_WITHOUT_WIDTH = /(?=\p{Mn})[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const ASCII_ONLY = /^[\x20-\x7e]*$/;

/**
 * How much of a subtitle line a text takes, in characters (UTF-16 units, as editors count them). East Asian
 * wide characters take two: broadcasters allow half as many of them. Thai vowel signs and their like take none.
 */
export function textWidth(text: string): number {
  if (ASCII_ONLY.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (WIDE.test(character)) width += 2;
    else if (!MARK_WITHOUT_WIDTH.test(character)) width += character.length;
  }
  return width;
}
