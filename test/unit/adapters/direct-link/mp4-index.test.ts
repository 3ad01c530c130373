import { describe, expect, it } from 'vitest';
import { findIndex } from '../../../../src/adapters/direct-link/mp4-index.ts';

const box = (type: string, contentBytes: number): Buffer => {
  const bytes = Buffer.alloc(8 + contentBytes);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.write(type, 4, 'latin1');
  return bytes;
};
const boxOf = (type: string, ...children: Buffer[]): Buffer => {
  const content = Buffer.concat(children);
  return Buffer.concat([box(type, content.length).subarray(0, 8), content]);
};
const largeBox = (type: string, contentBytes: number): Buffer => {
  const bytes = Buffer.alloc(16 + contentBytes);
  bytes.writeUInt32BE(1, 0);
  bytes.write(type, 4, 'latin1');
  bytes.writeBigUInt64BE(BigInt(bytes.length), 8);
  return bytes;
};
const find = (...boxes: Buffer[]) => {
  const file = Buffer.concat(boxes);
  return findIndex(
    ({ start, endExclusive }) => Promise.resolve(file.subarray(start, endExclusive)),
    file.length,
  );
};

describe('findIndex', () => {
  it('finds the index in front and behind', async () => {
    expect(await find(box('ftyp', 8), box('moov', 100), box('mdat', 50))).toEqual({
      start: 16,
      endExclusive: 124,
    });
    expect(await find(box('ftyp', 8), box('mdat', 50), box('moov', 100))).toEqual({
      start: 74,
      endExclusive: 182,
    });
  });

  it('passes over boxes with a 64-bit size, and takes size 0 for the rest of the file', async () => {
    const last = box('moov', 10);
    last.writeUInt32BE(0, 0);
    expect(await find(box('ftyp', 8), largeBox('mdat', 30), last)).toEqual({ start: 62, endExclusive: 80 });
  });

  it.each<[string, Buffer[]]>([
    [
      'a file whose index announces fragments',
      [box('ftyp', 8), boxOf('moov', box('mvhd', 8), box('mvex', 8))],
    ],
    ['a fragmented file', [box('ftyp', 8), box('sidx', 8), box('moof', 8), box('moov', 8)]],
    ['a file that was cut off', [box('ftyp', 8), box('mdat', 50), box('moov', 100).subarray(0, 60)]],
    ['a file without an index', [box('ftyp', 8), box('mdat', 50)]],
    [
      'a box that claims to be smaller than its own head',
      [box('ftyp', 8), Buffer.from([0, 0, 0, 4, 1, 2, 3, 4])],
    ],
    ['a chain of empty boxes', Array.from({ length: 500 }, () => box('free', 0))],
    ['nothing', []],
  ])('finds none in %s', async (_name, boxes) => {
    expect(await find(...boxes)).toBeUndefined();
  });
});
