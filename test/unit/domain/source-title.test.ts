import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanTitle, nameOfSource, titleFromFileName } from '../../../src/domain/source-title.ts';

describe('titleFromFileName', () => {
  it.each([
    ['board_meeting__2026.mp4', 'board meeting 2026'],
    ['Senate hearing v1.2.webm', 'Senate hearing v1.2'],
    ['talk', 'talk'],
    ['.mp4', 'Untitled'],
  ])('reads %s as %s', (fileName, title) => {
    expect(titleFromFileName(fileName)).toBe(title);
  });
});

describe('cleanTitle', () => {
  it('turns line breaks, terminal escapes and direction marks into spaces', () => {
    expect(cleanTitle('a\r\nb\u001B[31mc\u202Ed')).toBe('a b [31mc d');
  });

  it('gives one non-empty line of at most 300 characters for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1000 }), (text) => {
        const title = cleanTitle(text);
        expect(title.length).toBeGreaterThan(0);
        expect([...title].length).toBeLessThanOrEqual(300);
        expect(title).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('nameOfSource', () => {
  it('is the address without its secrets, or the name of the file without its folder', () => {
    const url = 'https://me:hush@example.org/talk?v=1&token=hush#t=3';
    expect(nameOfSource({ kind: 'url', url })).toBe('https://example.org/talk?v=1');
    expect(nameOfSource({ kind: 'file', path: '/videos/board_meeting.mp4' })).toBe('board meeting');
    expect(nameOfSource({ kind: 'file', path: 'C:\\videos\\talk.mp4' })).toBe('talk');
    expect(nameOfSource({ kind: 'upload', key: 'uploads/u/1/media', fileName: 'a_talk.mp4' })).toBe('a talk');
  });
});
