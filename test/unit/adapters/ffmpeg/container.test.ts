import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEAD_BYTES, indexComesLast, tracksStartApart } from '../../../../src/adapters/ffmpeg/container.ts';

const box = (type: string, payloadBytes: number): Buffer => {
  const bytes = Buffer.alloc(8 + payloadBytes);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.write(type, 4, 'latin1');
  return bytes;
};
const longBox = (type: string, payloadBytes: number): Buffer => {
  const bytes = Buffer.alloc(16 + payloadBytes);
  bytes.writeUInt32BE(1, 0);
  bytes.write(type, 4, 'latin1');
  bytes.writeBigUInt64BE(BigInt(bytes.length), 8);
  return bytes;
};
const head = (...boxes: Buffer[]): Uint8Array => Buffer.concat(boxes).subarray(0, HEAD_BYTES);

describe('indexComesLast', () => {
  test.each([
    ['samples first', head(box('ftyp', 24), box('mdat', 9_000)), true],
    ['samples first, behind free space', head(box('ftyp', 24), box('free', 100), box('mdat', 9_000)), true],
    [
      'samples first, in boxes of 64-bit size',
      head(box('ftyp', 24), longBox('wide', 8), longBox('mdat', 99)),
      true,
    ],
    ['index first', head(box('ftyp', 24), box('moov', 9_000), box('mdat', 10)), false],
    ['fragments', head(box('ftyp', 24), box('moof', 500), box('mdat', 10)), false],
    [
      'unknown: free space beyond the head',
      head(box('ftyp', 24), box('free', 9_000), box('mdat', 10)),
      false,
    ],
    ['no MP4 at all', Buffer.from('RIFF....WAVEmdat'), false],
    ['a box that claims no size', head(box('ftyp', 24), Buffer.alloc(64)), false],
  ])('%s: %#', (_name, bytes, expected) => {
    expect(indexComesLast(bytes)).toBe(expected);
  });

  test('ends on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
        expect(indexComesLast(head(box('ftyp', 8), Buffer.from(tail)))).toBeTypeOf('boolean');
      }),
    );
  });
});

describe('tracksStartApart', () => {
  const packets = (packetBytes: number, syncOffset: number): Uint8Array => {
    const bytes = new Uint8Array(packetBytes * 4);
    for (let index = 0; index < 4; index += 1) bytes[index * packetBytes + syncOffset] = 0x47;
    return bytes;
  };

  test.each([
    ['a transport stream', packets(188, 0), true],
    ['a camera’s transport stream with time codes', packets(192, 4), true],
    ['a program stream', Uint8Array.of(0, 0, 1, 0xba, 0x44), true],
    ['an MP4', head(box('ftyp', 24), box('moov', 10)), false],
    ['text that starts with the sync byte', Buffer.from('GIF89a'), false],
    ['nothing', new Uint8Array(), false],
  ])('%s: %#', (_name, bytes, expected) => {
    expect(tracksStartApart(bytes)).toBe(expected);
  });
});
