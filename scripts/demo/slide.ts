/** Slides as pictures: a title, a rule and some lines on a plain ground. Pure. */
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphRows } from './bitmap-font.ts';

export const SLIDE_WIDTH = 1280;
export const SLIDE_HEIGHT = 720;

type Color = readonly [red: number, green: number, blue: number];

const GROUND: Color = [16, 42, 67];
const TITLE: Color = [255, 255, 255];
const TEXT: Color = [188, 204, 220];
const RULE: Color = [240, 180, 41];

const LEFT = 90;
const TITLE_TOP = 150;
const TITLE_DOT = 10;
const LINE_TOP = 340;
const LINE_DOT = 5;
const LINE_STEP = 80;

/**
 * Draws a slide.
 *
 * @returns the picture in binary PPM, which every ffmpeg reads
 */
export function drawSlide(title: string, lines: readonly string[]): Buffer {
  const pixels = Buffer.alloc(SLIDE_WIDTH * SLIDE_HEIGHT * 3);
  fill(pixels, 0, 0, SLIDE_WIDTH, SLIDE_HEIGHT, GROUND);
  write(pixels, title, LEFT, TITLE_TOP, TITLE_DOT, TITLE);
  fill(pixels, LEFT, TITLE_TOP + GLYPH_HEIGHT * TITLE_DOT + 40, 240, 8, RULE);
  for (const [index, line] of lines.entries()) {
    write(pixels, line, LEFT, LINE_TOP + index * LINE_STEP, LINE_DOT, TEXT);
  }
  return Buffer.concat([Buffer.from(`P6 ${SLIDE_WIDTH} ${SLIDE_HEIGHT} 255\n`), pixels]);
}

function write(pixels: Buffer, text: string, left: number, top: number, dot: number, color: Color): void {
  for (const [position, character] of [...text].entries()) {
    const start = left + position * (GLYPH_WIDTH + 1) * dot;
    for (const [row, bits] of glyphRows(character).entries()) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if ((bits >> (GLYPH_WIDTH - 1 - column)) & 1) {
          fill(pixels, start + column * dot, top + row * dot, dot, dot, color);
        }
      }
    }
  }
}

/** Fills a rectangle; what lies outside of the picture is left out. */
function fill(pixels: Buffer, left: number, top: number, width: number, height: number, color: Color): void {
  for (let y = top; y < Math.min(top + height, SLIDE_HEIGHT); y++) {
    for (let x = left; x < Math.min(left + width, SLIDE_WIDTH); x++) {
      pixels.set(color, (y * SLIDE_WIDTH + x) * 3);
    }
  }
}
