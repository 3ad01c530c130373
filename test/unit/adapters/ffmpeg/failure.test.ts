import { expect, test } from 'vitest';
import { classifyFailure } from '../../../../src/adapters/ffmpeg/failure.ts';

/** Recorded from ffmpeg 4.2, 6.0, 7.0 and 9.0. */
test.each([
  ["[hls @ 0x1] Format not on whitelist 'mov,mp3'\nfile:/a: Invalid argument", 'UnsupportedMedia'],
  ['[mov,mp4 @ 0x1] moov atom not found\nfile:/a: Invalid data found when processing input', 'CorruptMedia'],
  ["Stream map '0:a:0' matches no streams.\nTo ignore this, add a trailing '?' to the map.", 'CorruptMedia'],
  ['Decoder (codec none) not found for input stream #0:0', 'UnsupportedMedia'],
  ['[aist#0:0/none @ 0x1] Decoding requested, but no decoder found for: none', 'UnsupportedMedia'],
  ['file:/gone.mp4: No such file or directory', 'FileNotFound'],
  ['[aac @ 0x1] Cannot allocate memory', 'ToolCrashed'],
  ['something new', 'CorruptMedia'],
  ['', 'CorruptMedia'],
])('%j means %s', (stderrTail, code) => {
  expect(classifyFailure(stderrTail)).toMatchObject({ code });
});
