import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refuseNotMedia } from '../../../../src/adapters/ffmpeg/not-media.ts';

test.each([
  ['<!DOCTYPE html><html><body>403</body></html>', 'CorruptMedia', 'HTML page'],
  ['\uFEFF\n  <html lang="en">', 'CorruptMedia', 'HTML page'],
  ['<!-- cache --> <!doctype HTML>', 'CorruptMedia', 'HTML page'],
  ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'CorruptMedia', 'XML document'],
  ['<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', 'UnsupportedMedia', 'DASH manifest'],
  ['#EXTM3U\n#EXT-X-TARGETDURATION:6', 'UnsupportedMedia', 'HLS playlist'],
  ["ffconcat version 1.0\nfile 'a.ts'", 'UnsupportedMedia', 'playlist'],
  ['{"error": "not found"}', 'CorruptMedia', 'text file'],
  ['Zugriff verweigert für Gäste', 'CorruptMedia', 'text file'],
  ['%PDF-1.7\n%\u00e2\u00e3', 'CorruptMedia', 'PDF document'],
])('%j is refused as what it is', (content, code, name) => {
  expect(() => refuseNotMedia(Buffer.from(content))).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(name) as string }),
  );
});

test.each([
  ['a ZIP archive', [0x50, 0x4b, 3, 4, 20, 0]],
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]],
  ['a JPEG picture', [0xff, 0xd8, 0xff, 0xe1, 0, 16]],
])('%s is refused as what it is', (name, bytes) => {
  expect(() => refuseNotMedia(Uint8Array.from(bytes))).toThrow(name);
});

test('a text cut in the middle of a character is still a text', () => {
  const bytes = Buffer.from('ж'.repeat(50)).subarray(0, 99);
  expect(() => refuseNotMedia(bytes)).toThrow('text file');
});

test('bytes that are no text and have no known signature may be media', () => {
  const binary = fc.uint8Array({ minLength: 8 }).map((bytes) => Uint8Array.of(0, 0, 0, 0x20, ...bytes));
  fc.assert(
    fc.property(binary, (bytes) => {
      expect(() => refuseNotMedia(bytes)).not.toThrow();
    }),
  );
  expect(() => refuseNotMedia(Buffer.alloc(4_096, 'deadbeef', 'hex'))).not.toThrow();
});
