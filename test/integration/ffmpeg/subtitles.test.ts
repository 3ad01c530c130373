import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseSync } from 'subtitle';
import { afterAll, describe, expect, it } from 'vitest';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import { subtitleFiles } from '../../../src/domain/subtitle-files.ts';
import { namedLines, onOneLine, withoutMarkup } from '../../../src/domain/subtitle-text.ts';
import type { Segment, Transcript } from '../../../src/domain/transcript.ts';
import { tools } from '../../support/tools.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const folder = mkdtempSync(join(tmpdir(), 'clipscribe-subtitles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const spoken = (text: string, start: number, speaker: string): Segment => ({
  ...{ id: `s${start}`, start, end: start + 2, text, speaker, words: [] },
});

const TALK: Transcript = {
  language: 'en',
  durationSeconds: 20,
  segments: [
    spoken('Fish & chips, for {two} of us.', 1, 'Ann, Bob'),
    spoken('What is \\N then, and {\\an8} here?', 4, 'Cleo'),
    spoken('Nothing <b>much</b> --> at all.', 8, 'Ann, Bob'),
  ],
};

/** What ffmpeg reads in a file, as SubRip text without its markup. */
function readByFfmpeg(name: string, content: string): { start: number; text: string }[] {
  const path = join(folder, name);
  writeFileSync(path, content);
  const output = execFileSync(tools.ffmpeg, ['-v', 'error', '-i', path, '-c:s', 'subrip', '-f', 'srt', '-'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return parseSync(output)
    .filter((node) => node.type === 'cue')
    .map(({ data }) => ({
      start: data.start / 1000,
      text: data.text.replace(/<\/?font\b[^>]*>/g, ''),
    }));
}

const seen = (text: string): string => text.replace(/\s+/gu, ' ').trim();

describe('ffmpeg', () => {
  const cues = subtitleCues(TALK);
  const files = subtitleFiles(TALK, {});

  it.each(['srt', 'vtt', 'ass', 'lrc'])('reads transcript.%s, cue for cue', (ending) => {
    const read = readByFfmpeg(`talk.${ending}`, files[ending] ?? '').filter(({ text }) => text !== '');
    expect(read.map(({ start }) => start)).toEqual(cues.map(({ start }) => start));
  });

  it('shows the words of an .ass file as they were said, hostile ones too', () => {
    const read = readByFfmpeg('said.ass', files['ass'] ?? '');
    expect(read.map(({ text }) => seen(text))).toEqual(
      cues.map((cue) => seen(withoutMarkup(namedLines(cue).join('\n')))),
    );
  });

  it('reads as many events as there are cues in any .ass and .lrc file', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const made = subtitleCues(transcript);
        const each = subtitleFiles(transcript, {});
        expect(readByFfmpeg('any.ass', each['ass'] ?? '')).toHaveLength(made.length);
        const lines = readByFfmpeg('any.lrc', each['lrc'] ?? '').filter(({ text }) => text !== '');
        expect(lines).toHaveLength(made.filter((cue) => onOneLine(cue) !== '').length);
      }),
      { numRuns: 10 },
    );
  });
});
