import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readByteRanges } from '../../../../src/adapters/direct-link/multipart-ranges.ts';

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += pieceBytes)
    yield bytes.subarray(start, start + pieceBytes);
}

describe('readByteRanges', () => {
  it('puts every byte at its place, however the answer is cut into pieces', async () => {
    const part = fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.uint8Array({ minLength: 1, maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 6 }),
        fc.integer({ min: 1, max: 64 }),
        async (parts, pieceBytes) => {
          const answer = Buffer.concat([
            ...parts.flatMap(([start, bytes]) => [
              Buffer.from(
                `\r\n--B\r\ncontent-range: bytes ${start}-${start + bytes.length - 1}/2000\r\n\r\n`,
              ),
              Buffer.from(bytes),
            ]),
            Buffer.from('\r\n--B--\r\n'),
          ]);
          const placed: [number, number][] = [];
          for await (const { position, bytes } of readByteRanges(inPieces(answer, pieceBytes))) {
            bytes.forEach((byte, index) => placed.push([position + index, byte]));
          }
          expect(placed).toEqual(
            parts.flatMap(([start, bytes]) => [...bytes].map((byte, index) => [start + index, byte])),
          );
        },
      ),
    );
  });

  it.each([
    ['without a place', '--B\r\ncontent-type: video/mp4\r\n\r\nxxx'],
    ['without a head', 'x'.repeat(10_000)],
  ])('refuses a part %s', async (_name, answer) => {
    const read = readByteRanges(inPieces(Buffer.from(answer), 1_000)).next();
    await expect(read).rejects.toThrow('part of the answer');
  });
});
