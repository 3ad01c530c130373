import { describe, expect, it } from 'vitest';
import { CHAPTERS } from '../../../scripts/demo/conversation.ts';
import { drawSlide, SLIDE_HEIGHT, SLIDE_WIDTH } from '../../../scripts/demo/slide.ts';

const HEADER = `P6 ${SLIDE_WIDTH} ${SLIDE_HEIGHT} 255\n`;
const GROUND = [16, 42, 67];

/** Whether every pixel of the rightmost columns is ground, so that no letter was cut. */
const hasFreeRightEdge = (slide: Buffer): boolean => {
  const pixels = slide.subarray(HEADER.length);
  for (let y = 0; y < SLIDE_HEIGHT; y += 1) {
    const offset = (y * SLIDE_WIDTH + SLIDE_WIDTH - 1) * 3;
    if (GROUND.some((value, channel) => pixels[offset + channel] !== value)) return false;
  }
  return true;
};

describe('drawSlide', () => {
  it.each(CHAPTERS.map(({ title, lines }) => [title, lines] as const))(
    'fits %j on a slide',
    (title, lines) => {
      const slide = drawSlide(title, lines);
      expect(slide.subarray(0, HEADER.length).toString()).toBe(HEADER);
      expect(slide.length).toBe(HEADER.length + SLIDE_WIDTH * SLIDE_HEIGHT * 3);
      expect(hasFreeRightEdge(slide)).toBe(true);
    },
  );

  it('draws what it is told, and refuses what it cannot draw', () => {
    expect(drawSlide('A', []).equals(drawSlide('B', []))).toBe(false);
    expect(() => drawSlide('§', [])).toThrow('The slides\' font has no "§".');
  });

  it('notices a line that is too long', () => {
    expect(hasFreeRightEdge(drawSlide('H'.repeat(40), []))).toBe(false);
  });
});
